using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>
/// Graceful shutdown: serves until load balancers have noticed, also where nobody is connected yet: they still send newcomers. Then it asks the
/// connections to reconnect elsewhere, in cohorts (no thundering herd), and ends when nobody is connected. A second Ctrl+C ends it at once.
/// </summary>
internal sealed class HubDrain(
    Subscribers subscribers, OpenTransports transports, IOptions<RealtimeHubOptions> options, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<HubDrain> logger) : IHostedLifecycleService, IDisposable
{
    /// <summary>Time for clients to close after they were told to reconnect; the rest is disconnected.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenCohorts = TimeSpan.FromMilliseconds(100);

    // Fewer connections need less time: 100 reconnects a second are harmless.
    private static readonly TimeSpan PerConnection = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _hurry = new();
    private readonly Lock _gate = new();
    private Task? _drained;
    private volatile bool _refusing;

    public bool IsRefusing => _refusing;

    private bool IsEmpty => transports.Count == 0 && !subscribers.All.Any();

    /// <summary>
    /// SignalR closes all connections when <c>ApplicationStopping</c> is cancelled. Callbacks run last registered first, so this one blocks SignalR's
    /// until the drain ends. A host stopped by code drains in <see cref="StoppingAsync"/>.
    /// </summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => DrainOnceAsync().GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await using var hurry = cancellationToken.Register(_hurry.Cancel);
        await DrainOnceAsync();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _hurry.Dispose();

    private Task DrainOnceAsync()
    {
        lock (_gate) return _drained ??= Task.Run(DrainAsync);
    }

    private async Task DrainAsync()
    {
        var clock = Stopwatch.StartNew();
        HubLog.DrainStarted(logger, subscribers.All.Count());
        using var again = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            _hurry.Cancel();
        });
        try
        {
            await Task.Delay(options.Value.DrainDelay, time, _hurry.Token);
            _refusing = true;
            await AskInCohortsAsync();
            foreach (var latecomer in subscribers.All) latecomer.AskToReconnect();
            await WaitUntilEmptyAsync(CloseTimeout);
        }
        catch (OperationCanceledException)
        {
            _refusing = true; // the remaining connections are closed when the host stops
        }
        HubLog.DrainEnded(logger, clock.Elapsed.TotalSeconds, transports.Count);
    }

    private async Task AskInCohortsAsync()
    {
        var waiting = subscribers.All.ToArray();
        if (waiting.Length == 0) return;
        Random.Shared.Shuffle(waiting);
        var period = TimeSpan.FromTicks(Math.Min(options.Value.DrainPeriod.Ticks, waiting.Length * PerConnection.Ticks));
        var cohorts = Math.Max(1, (int)(period / BetweenCohorts));
        foreach (var cohort in waiting.Chunk((waiting.Length + cohorts - 1) / cohorts))
        {
            foreach (var subscriber in cohort) subscriber.AskToReconnect();
            // Jitter: nodes that drain at the same time do not send their cohorts in step.
            await Task.Delay(BetweenCohorts * (0.5 + Random.Shared.NextDouble()), time, _hurry.Token);
        }
    }

    private async Task WaitUntilEmptyAsync(TimeSpan most)
    {
        var until = time.GetUtcNow() + most;
        while (!IsEmpty && time.GetUtcNow() < until) await Task.Delay(TimeSpan.FromMilliseconds(20), time, _hurry.Token);
    }
}
