using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>A consumer's circuit breaker: during an outage one worker probes with backoff, the others wait, and no attempts are used up.</summary>
internal sealed class ConsumerPause(ConsumerDefinition consumer, MessagingMetrics metrics, ILogger logger)
{
    // Jitter: consumers must not probe in step.
    private static readonly Backoff Backoff = new(First: TimeSpan.FromMilliseconds(100), Longest: TimeSpan.FromSeconds(3)) { Jitter = 0.5 };
    private static readonly TimeSpan ProbeWithin = TimeSpan.FromSeconds(5);

    // A full disk is not freed within seconds.
    private static readonly TimeSpan WaitWhileFull = TimeSpan.FromSeconds(10);

    // Repeats at once if the server answers: a connection broke, or the outage is over. After these it is the event's own failure.
    private const int MaxRepeats = 3;

    // Bounds an event whose handling causes the outage each time.
    private const int MaxOutages = 20;

    private readonly IConsumerDependency? _needs = consumer.Needs;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _ready;
    private Task<bool>? _outage; // its result: whether there was an outage

    /// <summary>Ends every wait; waiting events return to their queue unchanged.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Completes when the consumer may take its next event.</summary>
    /// <exception cref="StoppedWhilePausedException">The consumer was stopped.</exception>
    public async Task WhileAwayAsync()
    {
        if (_needs is null) return;
        lock (_gate) _ready ??= _needs.WhenReadyAsync(_stop.Token);
        await UnlessStoppedAsync(_ready);
        while (Volatile.Read(ref _outage) is { } outage) await UnlessStoppedAsync(outage);
    }

    /// <summary>Runs a handler, and runs it again after an outage made it fail.</summary>
    /// <exception cref="StoppedWhilePausedException">The consumer was stopped during an outage.</exception>
    public async Task RunAsync(Func<Task> work)
    {
        for (var (repeats, outages) = (0, 0); ;)
        {
            Exception error;
            try
            {
                await work();
                return;
            }
            catch (Exception e) when (repeats < MaxRepeats && outages < MaxOutages && LooksAway(e))
            {
                error = e;
            }
            var (reason, isFull) = (error.Message.Split('\n')[0].TrimEnd(), _needs!.IsFull(error));
            if (await WasAwayAsync(reason, isFull))
            {
                (repeats, outages) = (0, isFull ? outages : outages + 1); // no event fills the disk each time
                continue;
            }
            logger.DependencyAnswers(consumer.Name, _needs.Name, reason);
            await UnlessStoppedAsync(Task.Delay(Backoff.After(repeats++), _stop.Token));
        }
    }

    private bool LooksAway(Exception error) =>
        _needs is not null && error is not PermanentFailureException and not StoppedWhilePausedException && _needs.LooksAway(error);

    /// <summary>Workers that fail at the same time all wait for one probe.</summary>
    private async Task<bool> WasAwayAsync(string reason, bool isFull)
    {
        Task<bool> outage;
        lock (_gate) outage = _outage ??= Task.Run(() => SitOutAsync(reason, isFull));
        await UnlessStoppedAsync(outage);
        if (_stop.IsCancellationRequested) throw new StoppedWhilePausedException(); // the probe was stopped, not answered
        return await outage;
    }

    private async Task<bool> SitOutAsync(string reason, bool isFull)
    {
        var (started, paused) = (Stopwatch.GetTimestamp(), false);
        for (var failures = 0; !_stop.IsCancellationRequested && (isFull && !paused || !await AnswersAsync()); failures++)
        {
            var wait = isFull && !paused ? WaitWhileFull : Backoff.After(failures);
            if (!paused)
            {
                paused = true;
                metrics.Paused(consumer.Name, 1);
                logger.ConsumerPaused(consumer.Name, _needs!.Name, reason);
            }
            await Task.Delay(wait, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (paused) metrics.Paused(consumer.Name, -1);
        if (paused && !_stop.IsCancellationRequested) logger.ConsumerGoesOn(consumer.Name, _needs!.Name, Stopwatch.GetElapsedTime(started));
        lock (_gate) _outage = null;
        return paused;
    }

    private async Task<bool> AnswersAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(ProbeWithin);
        try
        {
            await _needs!.ProbeAsync(limit.Token).WaitAsync(limit.Token);
            return true;
        }
        catch (Exception)
        {
            return false; // handlers would meet the same error
        }
    }

    private async Task UnlessStoppedAsync(Task wait)
    {
        try
        {
            await wait.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new StoppedWhilePausedException();
        }
    }
}

/// <summary>The event returns to its queue unchanged.</summary>
internal sealed class StoppedWhilePausedException() : Exception("The consumer stopped during a pause.");
