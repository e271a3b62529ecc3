using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>A consumer's circuit breaker: during an outage one worker probes with backoff, the others wait, and no attempts are used up.</summary>
internal sealed class ConsumerPause(ConsumerDefinition consumer, MessagingMetrics metrics, ILogger logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ProbeWithin = TimeSpan.FromSeconds(5);

    // Repeats at once if the server answers: a connection broke, or the outage is over. After these it is the event's own failure.
    private const int MostRepeats = 3;

    // Bounds an event whose handling causes the outage each time.
    private const int MostOutages = 20;

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
            string reason;
            try
            {
                await work();
                return;
            }
            catch (Exception e) when (repeats < MostRepeats && outages < MostOutages && LooksAway(e))
            {
                reason = e.Message.Split('\n')[0].TrimEnd();
            }
            if (await WasAwayAsync(reason))
            {
                (repeats, outages) = (0, outages + 1);
                continue;
            }
            logger.DependencyAnswers(consumer.Name, _needs!.Name, reason);
            await UnlessStoppedAsync(Task.Delay(FirstWait * Math.Pow(2, repeats++), _stop.Token));
        }
    }

    private bool LooksAway(Exception error) =>
        _needs is not null && error is not PermanentFailureException and not StoppedWhilePausedException && _needs.LooksAway(error);

    /// <summary>Workers that fail at the same time all wait for one probe.</summary>
    private async Task<bool> WasAwayAsync(string reason)
    {
        Task<bool> outage;
        lock (_gate) outage = _outage ??= Task.Run(() => SitOutAsync(reason));
        await UnlessStoppedAsync(outage);
        if (_stop.IsCancellationRequested) throw new StoppedWhilePausedException(); // the probe was stopped, not answered
        return await outage;
    }

    private async Task<bool> SitOutAsync(string reason)
    {
        var (started, paused) = (Stopwatch.GetTimestamp(), false);
        for (var wait = FirstWait; !_stop.IsCancellationRequested && !await AnswersAsync(); wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            if (!paused)
            {
                paused = true;
                metrics.Paused(consumer.Name, 1);
                logger.ConsumerPaused(consumer.Name, _needs!.Name, reason);
            }
            // Jitter: consumers must not probe in step.
            await Task.Delay(wait * (0.5 + Random.Shared.NextDouble() / 2), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
