using System.Diagnostics;
using System.Net;
using System.Text.Json;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.RealtimeHub.Admission;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Deployment;

/// <summary>
/// README: <c>dotnet user-jwts create</c> prints a token that Web and the hub take. The tool itself, on copies of what it changes: the projects'
/// settings and the user's secrets.
/// </summary>
public sealed class UserJwtsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Its_tokens_are_taken_by_Web_and_hub_in_one_process_and_in_two()
    {
        string[] tokens = [await CreateAsync("Web"), await CreateAsync("RealtimeHub")];
        var hubPort = ServerProcess.FreePort();
        await using var everything = Host("Web", new() { ["WEBSOCKET_PORT"] = $"{hubPort}" });
        await using var hub = Host("RealtimeHub", (await ServerSettings.OnSharedServersAsync()).WithoutTokens());
        await Task.WhenAll(everything.StartAsync(), hub.StartAsync());

        foreach (var token in tokens)
        {
            using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", token) } };
            (await http.GetAsync($"{everything.Address}/api/operations/suppliers")).StatusCode.ShouldBe(HttpStatusCode.OK);
            using var atWeb = await HubSocket.OpenAsync($"http://127.0.0.1:{hubPort}", token);
            using var atHub = await HubSocket.OpenAsync(hub.Address, token);
        }
    }

    [Theory]
    [InlineData("Web")]
    [InlineData("RealtimeHub")]
    public void The_address_it_takes_for_the_audience_is_not_where_dotnet_run_listens(string project)
    {
        // `dotnet run` takes the first profile, and an address there would win over ASPNETCORE_URLS.
        var profiles = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", project, "Properties", "launchSettings.json")))
            .RootElement.GetProperty("profiles");
        profiles.EnumerateObject().First().Value.TryGetProperty("applicationUrl", out _).ShouldBeFalse();
    }

    private async Task<string> CreateAsync(string project)
    {
        var (from, to) =
            (Path.Combine(Repository.Root, "src", project), Directory.CreateDirectory(Path.Combine(_folder, project, "Properties")).Parent!.FullName);
        foreach (var file in (string[])[.. Directory.GetFiles(from), Path.Combine(from, "Properties", "launchSettings.json")])
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        var command = new ProcessStartInfo(
            HostProcess.DotNet, ["user-jwts", "create", "--project", to, "--name", "ada", "--role", "operator", "--output", "token"]);
        command.Environment["APPDATA"] = _folder;
        var (exitCode, output, errors) = await FinishedProcess.OfAsync(command);
        exitCode.ShouldBe(0, output + errors);
        return output.Trim();
    }

    private HostProcess Host(string project, Dictionary<string, string> settings) =>
        new(project, new Dictionary<string, string>(settings) { ["APPDATA"] = _folder }) { ContentRoot = Path.Combine(_folder, project) };
}
