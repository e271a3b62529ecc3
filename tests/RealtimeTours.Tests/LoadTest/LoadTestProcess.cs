using System.Diagnostics;
using System.Text.Json;

namespace RealtimeTours.Tests.LoadTest;

/// <summary>The load test as users run it: a process, its exit code, its report.</summary>
internal sealed record LoadTestProcess(int ExitCode, string Output, JsonElement Report)
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static async Task<LoadTestProcess> RunAsync(params string[] arguments)
    {
        var json = Path.GetTempFileName();
        var program = Path.Combine(Repository.Root, "tests", "LoadTest", "bin", Configuration, "net10.0", "RealtimeTours.LoadTest.dll");
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && host.EndsWith("/dotnet") ? host : "dotnet", [program, .. arguments, "--json", json])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
            var report = await File.ReadAllTextAsync(json);
            return new LoadTestProcess(process.ExitCode, await output + await errors, report == "" ? default : JsonDocument.Parse(report).RootElement);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            File.Delete(json);
        }
    }

    public double this[string name] => Report.GetProperty(name).GetDouble();
}
