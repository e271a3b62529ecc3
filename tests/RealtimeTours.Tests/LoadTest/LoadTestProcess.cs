using System.Text.Json;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.LoadTest;

/// <summary>The load test as users run it: a process, its exit code, its report.</summary>
internal sealed record LoadTestProcess(int ExitCode, string Output, JsonElement Report)
{
    public static async Task<LoadTestProcess> RunAsync(params string[] arguments)
    {
        var json = Path.GetTempFileName();
        try
        {
            var run = await FinishedProcess.OfAsync(HostProcess.CommandFor("tests", "LoadTest", [.. arguments, "--json", json]));
            var report = await File.ReadAllTextAsync(json);
            return new LoadTestProcess(run.ExitCode, run.Output + run.Errors, report == "" ? default : JsonDocument.Parse(report).RootElement);
        }
        finally
        {
            File.Delete(json);
        }
    }

    public double this[string name] => Report.GetProperty(name).GetDouble();
}
