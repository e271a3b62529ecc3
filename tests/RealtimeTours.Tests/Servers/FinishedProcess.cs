using System.Diagnostics;

namespace RealtimeTours.Tests.Servers;

/// <summary>What a program that ends by itself said and left.</summary>
public sealed record FinishedProcess(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <exception cref="TimeoutException">It did not end; it is killed, and what it printed is in the message.</exception>
    public static Task<FinishedProcess> OfAsync(ProcessStartInfo command)
    {
        command.RedirectStandardOutput = command.RedirectStandardError = true;
        return OfAsync(Process.Start(command)!);
    }

    /// <summary>What it printed to its standard output.</summary>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; the message has what it printed.</exception>
    public static async Task<string> OutputOfAsync(ProcessStartInfo command)
    {
        var (exitCode, output, errors) = await OfAsync(command);
        return exitCode == 0 ? output
            : throw new InvalidOperationException($"{command.FileName} {string.Join(' ', command.ArgumentList)} failed: {errors}{output}");
    }

    /// <param name="process">Both its outputs are redirected.</param>
    public static async Task<FinishedProcess> OfAsync(Process process)
    {
        using var _ = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end: {await output}{await errors}");
        }
        return new FinishedProcess(process.ExitCode, await output, await errors);
    }
}
