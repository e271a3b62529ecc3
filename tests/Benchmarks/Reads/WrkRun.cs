using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Benchmarks.Reads;

/// <summary>One run of wrk against one address.</summary>
internal sealed partial record WrkRun(double RequestsPerSecond, long Requests, double P50Ms, double P99Ms)
{
    private const string Program = "/usr/bin/wrk";

    public static void RequireInstalled()
    {
        if (!File.Exists(Program))
            throw new InvalidOperationException($"{Program} is missing. eng/install-benchmark-tools.sh installs what the benchmarks need.");
    }

    /// <exception cref="InvalidOperationException">wrk failed, or an answer was not a success.</exception>
    public static async Task<WrkRun> RunAsync(Uri url, int connections, double seconds)
    {
        var duration = string.Create(CultureInfo.InvariantCulture, $"-d{Math.Ceiling(seconds)}s");
        var output =
            await FinishedProcess.OutputOfAsync(new ProcessStartInfo(Program, ["-t1", $"-c{connections}", duration, "--latency", url.ToString()]));
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"wrk against {url} failed: {output}");
        return new WrkRun(
            Number(PerSecond().Match(output)), (long)Number(Total().Match(output)), Milliseconds(Median().Match(output)),
            Milliseconds(Percentile99().Match(output)));
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    private static double Milliseconds(Match match) => Number(match) * match.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1_000 };

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Median();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile99();
}
