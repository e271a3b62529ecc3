using System.Diagnostics;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Clients;

/// <summary>Runs scripts of <c>tests/RealtimeTours.Tests/JavaScript</c> with Node.</summary>
public static class NodeScript
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "RealtimeTours.Tests", "JavaScript");

    /// <param name="trusted">A file with a certificate that Node is to trust, or null.</param>
    public static Process Start(IEnumerable<string> arguments, string? trusted = null)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            throw new InvalidOperationException($"The JavaScript clients are not installed. ./test.sh does it, or: npm ci --prefix {Folder}");
        return Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["NODE_EXTRA_CA_CERTS"] = trusted },
        })!;
    }

    /// <summary>Runs a script to its end and returns what it printed; an exit code other than 0 fails with what it said.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var process = Start(arguments);
        process.StandardInput.Close();
        var (exitCode, output, errors) = await FinishedProcess.OfAsync(process);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{arguments[0]} failed: {errors}\n{output}");
    }
}
