using System.Diagnostics;

namespace RealtimeTours.Tests.Servers;

/// <summary>One of our hosts as an operator runs it: a process of its own, on a loopback port, with settings from the environment.</summary>
public sealed class HostProcess(string project, IReadOnlyDictionary<string, string> settings) : ServerProcess
{
    // "Debug" or "Release", as the tests themselves were built.
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public string Address => $"http://127.0.0.1:{Port}";

    public string Hub => $"{Address}/hubs/availability";

    /// <summary>Where its appsettings are: the project's folder.</summary>
    public string ContentRoot { get; init; } = Path.Combine(Repository.Root, "src", project);

    /// <summary>False for a host that is started while a server it needs is down: then only its liveness is waited for.</summary>
    public bool WaitUntilReady { get; init; } = true;

    /// <summary>
    /// Ends it as an orchestrator does, and returns the exit code. Operators are told to give it 40 s; the machine of the tests may be slower.
    /// </summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>The command that runs a host from its own build output.</summary>
    public static ProcessStartInfo CommandFor(string project, params string[] arguments) => CommandFor("src", project, arguments);

    /// <summary>The same for any program of the repository.</summary>
    public static ProcessStartInfo CommandFor(string folder, string project, string[] arguments) =>
        new(DotNet, [Path.Combine(Repository.Root, folder, project, "bin", Configuration, "net10.0", $"RealtimeTours.{project}.dll"), .. arguments]);

    public static string DotNet =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? (File.Exists("/usr/bin/dotnet") ? "/usr/bin/dotnet" : "/usr/share/dotnet/dotnet");

    protected override ProcessStartInfo Command()
    {
        var command = CommandFor(project, "--urls", Address, "--contentRoot", ContentRoot);
        command.Environment["DATA_FOLDER"] = Path.Combine(Folder, "data");
        command.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in settings) command.Environment[name] = value;
        return command;
    }

    protected override async Task<bool> IsReadyAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
        try
        {
            using var answer = await client.GetAsync($"{Address}/health/{(WaitUntilReady ? "ready" : "live")}");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
