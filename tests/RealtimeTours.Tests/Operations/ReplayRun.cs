using System.Diagnostics;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Operations;

/// <summary>The command <c>replay</c> as an operator runs it: a process of its own.</summary>
public sealed record ReplayRun(int ExitCode, string Output, string Errors)
{
    /// <param name="token">Null to let a host in Development give one.</param>
    public static async Task<ReplayRun> OfAsync(string web, string? token, string line)
    {
        var command = HostProcess.CommandFor("Web", ["replay", .. line.Split(' '), "--web", web]);
        command.RedirectStandardOutput = command.RedirectStandardError = true;
        command.Environment["OPERATOR_TOKEN"] = token;
        using var process = Process.Start(command)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new ReplayRun(process.ExitCode, await output, await errors);
    }
}
