using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>
/// The circuit breaker of one consumer: while what it needs is away, its workers stand still with what they have, one of them probes with
/// backoff, and all go on when it answers. However long that takes, no event is tried, retried or dead-lettered meanwhile.
/// </summary>
internal sealed class ConsumerPause(ConsumerDefinition consumer, MessagingMetrics metrics, ILogger logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ProbeWithin = TimeSpan.FromSeconds(5);

    // A connection that broke on its own, or a server that was back before it was asked: again at once. More often, and it is the event's own doing.
    private const int MostRepeats = 3;

    // An event whose handling takes the server down each time must not do so for ever.
    private const int MostOutages = 20;

    private readonly IConsumerDependency? _needs = consumer.Needs;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _ready;
    private Task<bool>? _outage; // true in the end: there was one

    /// <summary>Ends every wait; what waits is returned to its queue as it was.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Completes when the consumer may take its next event.</summary>
    /// <exception cref="StoppedWhilePausedException">The consumer stops.</exception>
    public async Task WhileAwayAsync()
    {
        if (_needs is null) return;
        lock (_gate) _ready ??= _needs.WhenReadyAsync(_stop.Token);
        await UnlessStoppedAsync(_ready);
        while (Volatile.Read(ref _outage) is { } outage) await UnlessStoppedAsync(outage);
    }

    /// <summary>Runs a handler, as often as it fails because of an outage.</summary>
    /// <param name="work">May run more than once.</param>
    /// <exception cref="StoppedWhilePausedException">The consumer stopped during an outage.</exception>
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

    /// <summary>Of many workers that fail at the same time, all wait for one probe.</summary>
    private async Task<bool> WasAwayAsync(string reason)
    {
        Task<bool> outage;
        lock (_gate) outage = _outage ??= Task.Run(() => SitOutAsync(reason));
        await UnlessStoppedAsync(outage);
        if (_stop.IsCancellationRequested) throw new StoppedWhilePausedException(); // it ended by that, not by an answer
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
            // Jitter: not all consumers of all processes ask in the same moment.
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
            return false; // whatever it is, handlers would meet it too
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

/// <summary>The event goes back to its queue as it was.</summary>
internal sealed class StoppedWhilePausedException() : Exception("The consumer stopped during a pause.");
