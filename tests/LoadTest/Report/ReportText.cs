using System.Text;

namespace RealtimeTours.LoadTest.Report;

/// <summary>The report for people.</summary>
internal static class ReportText
{
    public static string Of(LoadTestReport report, LoadTestOptions options)
    {
        var text = new StringBuilder();
        Line("scenario",
            $"{report.Scenario}, {report.Connections:N0} connections, {report.Tours:N0} tours, {report.WatchPerConnection} watched by each");
        Line("connected",
            $"{report.Connected:N0} in {report.ConnectSeconds:F1} s, {report.NotConnected:N0} not, {report.FailedAttempts:N0} failed attempts");
        if (report.AvalancheSeconds is { } avalanche) Line("avalanche", $"all watched again {avalanche:F1} s after all dropped");
        Line("reconnects", $"{report.Reconnects:N0}");
        if (report.Published is { } published) Line("published", $"{published:N0} events in {report.Seconds:F1} s");
        Line("deliveries", $"{report.Deliveries:N0}, {report.DeliveriesPerSecond:N0} a second, {report.MegabytesReceived:F1} MB" +
            (report.ConflatedShare is { } share ? $", {share:P1} conflated" : ""));
        if (report.Deliveries > 0)
            Line("latency",
                $"p50 {report.LatencyMs.P50:F1} ms, p90 {report.LatencyMs.P90:F1}, p99 {report.LatencyMs.P99:F1}, max {report.LatencyMs.Max:F1}" +
                (options.Scenario == Scenario.Slow ? " (of those that read)" : ""));
        if (report.AllHaveTheLastStateMs is { } all) Line(
            "last state", $"everywhere {report.SettledMs:N0} ms after the last event, {all:N0} ms after the first");
        Line("CPU", $"{report.OwnCpuSeconds:F2} s here" + (report.HubCpuSeconds is { } cpu
            ? $", {cpu:F2} s in the hub" + (report.HubCpuSecondsPerMillionDeliveries is { } per ? $" ({per:F1} s per million deliveries)" : "")
            : ""));
        if (report.HubResidentKb is { } resident) Line(
            "hub memory", $"{resident / 1024:N0} MB, {report.HubKbPerConnection:F1} KB more per connection");
        Line("lost",
            $"{report.Lost:N0} last states missing, {report.Regressed:N0} versions went back, {report.Falsified:N0} never published, " +
            $"{report.Repeated:N0} repeated");
        foreach (var example in report.Examples) Line("", example);
        Line("result", report.Passed ? "passed" : "FAILED");
        return text.ToString();

        void Line(string name, string value) => text.Append($"{name,-12}").AppendLine(value); // the process runs in the invariant culture
    }
}
