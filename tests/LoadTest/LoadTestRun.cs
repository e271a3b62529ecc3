using System.Diagnostics;
using RealtimeTours.LoadTest.Report;
using RealtimeTours.LoadTest.Watchers;

namespace RealtimeTours.LoadTest;

/// <summary>One run from the first connection to the report.</summary>
internal sealed class LoadTestRun : IDisposable
{
    private readonly LoadTestOptions _options;
    private readonly PublishedStates? _published;
    private readonly WatcherFleet _fleet;
    private readonly ProgressLine _progress;
    private double? _avalanche;

    private LoadTestRun(LoadTestOptions options, bool silent)
    {
        _options = options;
        _published = options.Publish is null ? null : new PublishedStates(options.Tours);
        _fleet = new WatcherFleet(options, _published);
        _progress = new ProgressLine(silent);
    }

    /// <exception cref="IOException">The hub or the broker cannot be reached at all.</exception>
    public static async Task<LoadTestReport> RunAsync(LoadTestOptions options, bool silent = false)
    {
        using var run = new LoadTestRun(options, silent);
        return await run.RunAsync();
    }

    public void Dispose() => _fleet.Dispose();

    private async Task<LoadTestReport> RunAsync()
    {
        await using var source = _published is null ? null : await RabbitMqEventSource.ConnectAsync(_options, _published);
        var before = ProcessFigures.Read(_options.HubPids);
        var connecting = Stopwatch.StartNew();
        await _fleet.ConnectAsync(() => Progress("connecting"));
        var connectSeconds = connecting.Elapsed.TotalSeconds;
        var connected = _fleet.Watching;
        var failures = (await _fleet.FiguresAsync()).Failures;
        if (connected == 0)
            throw new IOException($"No connection watches. {string.Join(" ", (await _fleet.FiguresAsync()).Examples)}");

        await _fleet.ResetFiguresAsync();
        var (own, hub) = (Environment.CpuUsage.TotalTime, ProcessFigures.Read(_options.HubPids));
        var start = DateTime.UtcNow.Ticks;
        await DriveAsync(source);
        var end = DateTime.UtcNow.Ticks;
        if (_options.Scenario == Scenario.Slow) await _fleet.ReadAllAsync();
        var expected = _published?.Last() ?? await _fleet.HighestSeenAsync();
        var (lost, lastChange) = await SettleAsync(expected);

        var (ownAfter, hubAfter) = (Environment.CpuUsage.TotalTime, ProcessFigures.Read(_options.HubPids));
        _progress.End();
        var figures = await _fleet.FiguresAsync();
        var states = Enumerable.Range(0, _published is null ? 0 : _options.Connections)
            .Sum(connection => _options.ToursOf(connection).Sum(_published!.CountOf));
        var seconds = TimeSpan.FromTicks(end - start).TotalSeconds;
        var hubCpu = hubAfter?.CpuSeconds - hub?.CpuSeconds;
        var settled = lost == 0 && _published is not null && lastChange > start;
        return new LoadTestReport
        {
            Scenario = CommandLine.NameOf(_options.Scenario), Connections = _options.Connections, Tours = _options.Tours.Count,
            WatchPerConnection = Math.Min(_options.WatchPerConnection, _options.Tours.Count),
            Seconds = seconds, ConnectSeconds = connectSeconds, AvalancheSeconds = _avalanche,
            Connected = connected, NotConnected = _options.Connections - _fleet.Watching, FailedAttempts = Math.Max(failures, figures.Failures),
            Reconnects = figures.Reconnects, Published = _published?.Events,
            Deliveries = figures.Deliveries, MegabytesReceived = figures.Bytes / 1e6,
            DeliveriesPerSecond = figures.Deliveries / Math.Max(seconds, TimeSpan.FromTicks(Math.Max(0, lastChange - start)).TotalSeconds),
            ConflatedShare = states > 0 ? Math.Max(0, 1 - (double)figures.Deliveries / states) : null,
            LatencyMs = Latencies.Of(figures.Latency),
            SettledMs = settled ? Math.Max(0, TimeSpan.FromTicks(lastChange - end).TotalMilliseconds) : null,
            AllHaveTheLastStateMs = settled ? TimeSpan.FromTicks(lastChange - start).TotalMilliseconds : null,
            Lost = lost, Regressed = figures.Regressed, Falsified = figures.Falsified, Repeated = figures.Repeated,
            OwnCpuSeconds = (ownAfter - own).TotalSeconds,
            HubCpuSeconds = hubCpu,
            HubCpuSecondsPerMillionDeliveries = figures.Deliveries > 0 ? hubCpu / figures.Deliveries * 1e6 : null,
            HubResidentKbBefore = hub?.ResidentKb,
            HubResidentKb = hubAfter?.ResidentKb,
            HubKbPerConnection = (double?)((_options.Scenario == Scenario.Idle ? hubAfter : hub)?.ResidentKb - before?.ResidentKb) / connected,
            Examples = [.. figures.Examples],
        };
    }

    private async Task DriveAsync(RabbitMqEventSource? source)
    {
        switch (_options.Scenario)
        {
            case Scenario.Burst:
                await WhileAsync("burst", source!.PublishAsync(_options.Burst));
                break;
            case Scenario.Avalanche:
                var publishing = source?.PublishAsync(_options.Rate, _options.Duration) ?? Task.Delay(_options.Duration);
                await WhileAsync("running", Task.WhenAny(publishing, Task.Delay(_options.Duration / 2)));
                var clock = Stopwatch.StartNew();
                await _fleet.DropAllAsync();
                if (await _fleet.AllWatchAsync(_options.ConnectWithin, () => Progress("avalanche"))) _avalanche = clock.Elapsed.TotalSeconds;
                await WhileAsync("running", publishing);
                break;
            default:
                await WhileAsync("running", source?.PublishAsync(_options.Rate, _options.Duration) ?? Task.Delay(_options.Duration));
                break;
        }
    }

    /// <summary>Waits until everybody has the last states, or gives up.</summary>
    private async Task<(long Lost, long LastChange)> SettleAsync(IReadOnlyList<ExpectedState> expected)
    {
        var deadline = Environment.TickCount64 + _options.Settle.TotalMilliseconds;
        while (true)
        {
            var (missing, lastChange) = await _fleet.CompareAsync(expected);
            if (missing == 0 && _fleet.Watching == _options.Connections || Environment.TickCount64 > deadline) return (missing, lastChange);
            Progress("settling");
            await Task.Delay(50);
        }
    }

    private async Task WhileAsync(string phase, Task work)
    {
        while (await Task.WhenAny(work, Task.Delay(200)) != work) Progress(phase);
        await work;
    }

    private void Progress(string phase) => _progress.Show(phase, _fleet.Watching, _options.Connections, _fleet.Deliveries, _published?.Events ?? 0);
}
