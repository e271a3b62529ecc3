using System.Diagnostics;
using System.Threading.Channels;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>What the sync of every supplier works with.</summary>
internal sealed record SyncParts(
    LinkedTours Tours, SyncTour Sync, SyncRuns Runs, WatchedTours Watched, SyncTiming Timing, CatalogSyncMetrics Metrics, TimeProvider Time,
    ILogger<SupplierSyncLoop> Logger);

/// <summary>
/// Spends one supplier's budget of calls while this process holds its lease: a loop that takes results, reads what changed in the database and
/// starts the calls that are due. Its state belongs to the loop alone; the calls report through a channel.
/// </summary>
internal sealed class SupplierSyncLoop(ConfiguredSupplier supplier, SyncLease.Held lease, SyncParts parts)
{
    // For a supplier that does not answer at all, and so does not say for how long.
    private static readonly TimeSpan UnstatedHold = TimeSpan.FromSeconds(5);

    private readonly Channel<SyncResult> _results = Channel.CreateUnbounded<SyncResult>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SyncOrder _order = new(supplier.Settings.PollingMinimum, supplier.Settings.SyncInterval);

    // Calls are only started when they may be sent at once: one that waited in the client's queue could not be overtaken by a more urgent one.
    private readonly CallBudget? _pace = supplier.Settings.CallsPerMinute is { } calls ? new CallBudget(calls, parts.Time) : null;

    private Dictionary<string, TourToSync> _tours = [];
    private DateTimeOffset _rosterReadAt = DateTimeOffset.MinValue;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private RunProgress? _run;
    private bool _paused;
    private int _underWay;
    private DateTimeOffset _heldUntil;
    private bool _probing;

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>Until the lease is lost or the host stops. What is under way then is given up, not written.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var ready = Task.FromResult(true);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                while (_results.Reader.TryRead(out var result)) await TakeAsync(result, stop.Token);
                if (Now - _lookedAt >= parts.Timing.Look && await LookAsync(stop.Token)) CorrelationContext.Begin(null);
                var wait = StartDue(stop.Token);
                await EndRunAsync(stop.Token);
                if (ready.IsCompleted) ready = _results.Reader.WaitToReadAsync(stop.Token).AsTask();
                await Task.WhenAny(ready, Task.Delay(wait, parts.Time, stop.Token));
            }
        }
        finally
        {
            await stop.CancelAsync();
            while (_underWay > 0)
            {
                await _results.Reader.ReadAsync(CancellationToken.None);
                _underWay--;
            }
        }
    }

    /// <summary>Reads what other processes and people have changed.</summary>
    /// <returns>True when a new run has begun.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        _lookedAt = Now;
        var run = await parts.Runs.OfSupplierAsync(supplier.Id, cancellationToken);
        _paused = run.PausedAt is not null;
        var begins = run.Slot is { } slot && run.EndedSlot != slot && _run?.Run.Slot != slot;
        if (begins)
        {
            if (_run is not null) parts.Metrics.Ran("overrun", Stopwatch.GetElapsedTime(_run.StartedAt));
            _run = new RunProgress(new SyncRun(run.Slot!.Value, Forced: run.AskedBy is not null));
        }
        if (begins || Now - _rosterReadAt >= SyncTiming.RosterEvery) await ReadRosterAsync(cancellationToken);

        foreach (var tour in _tours.Values.Where(tour => !tour.UnderWay)) tour.Requested = tour.Hinted = false;
        foreach (var marked in await parts.Tours.MarkedAsync(supplier.Id, cancellationToken))
            if (_tours.GetValueOrDefault(marked.Id) is { UnderWay: false } tour) (tour.Requested, tour.Hinted) = (marked.Requested, marked.Hinted);
        return begins;
    }

    private async Task ReadRosterAsync(CancellationToken cancellationToken)
    {
        _rosterReadAt = Now;
        var read = await parts.Tours.OfSupplierAsync(supplier.Id, cancellationToken);
        // What this loop knows of a tour is newer than what it has just read.
        _tours = read.ToDictionary(tour => tour.Id, tour => _tours.GetValueOrDefault(tour.Id) ?? tour, StringComparer.Ordinal);
    }

    /// <returns>How long to wait, at most, before the next look.</returns>
    private TimeSpan StartDue(CancellationToken cancellationToken)
    {
        while (!_paused && lease.IsSure)
        {
            var now = Now;
            if (_heldUntil > now) return Sooner(_heldUntil - now);
            if (_underWay >= (_probing ? 1 : supplier.Settings.Concurrency)) break;
            if (_pace?.Wait is { } wait && wait > TimeSpan.Zero) return Sooner(wait);
            if (_order.Next(_tours.Values, parts.Watched.Contains, _run?.Run, now) is not { } tour) break;
            _pace?.Reserve();
            _underWay++;
            tour.UnderWay = true;
            (tour.Requested, tour.Hinted) = (false, false);
            _ = CallAsync(tour, now, cancellationToken);
        }
        return parts.Timing.Look;
    }

    private TimeSpan Sooner(TimeSpan wait) => wait < parts.Timing.Look ? wait : parts.Timing.Look;

    // What breaks for one tour (our side: the supplier's failures are outcomes) must not cost the others their sync.
    private async Task CallAsync(TourToSync tour, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        SyncOutcome? outcome = null;
        try
        {
            outcome = await parts.Sync.RunAsync(tour.Id, lease, cancellationToken);
        }
        catch (Exception e) when (e is SyncLeaseLostException or OperationCanceledException)
        {
            CatalogSyncLog.AnswerDropped(parts.Logger, tour.Id, e.Message);
        }
        catch (Exception e)
        {
            parts.Metrics.BrokeTour();
            CatalogSyncLog.TourBroke(parts.Logger, tour.Id, e);
        }
        _results.Writer.TryWrite(new SyncResult(tour, startedAt, outcome));
    }

    private async Task TakeAsync(SyncResult result, CancellationToken cancellationToken)
    {
        var (tour, startedAt, outcome) = result;
        _underWay--;
        tour.UnderWay = false;
        if (outcome is { IsHold: true, Failure: { } hold })
        {
            _probing = true;
            var until = Now + (hold.RetryAfter ?? UnstatedHold);
            if (until <= _heldUntil + UnstatedHold / 2) return; // the other calls of the moment hear the same
            _heldUntil = until;
            await parts.Runs.HoldAsync(supplier.Id, until, hold.Reason, cancellationToken);
            return;
        }
        _probing = false;
        tour.TriedAt = startedAt;
        tour.Failures = outcome is { Failure: null } ? 0 : tour.Failures + 1;
        if (outcome is { Failure: null }) tour.SyncedAt = Now;
        _run?.Add(outcome);
    }

    private async Task EndRunAsync(CancellationToken cancellationToken)
    {
        if (_run is not { } run || _paused || _tours.Values.Any(tour => IsLeft(tour, run.Run))) return;
        var failed = _tours.Values.Count(tour => tour.Failures > 0);
        await parts.Runs.EndAsync(supplier.Id, run.Run.Slot, Now, _tours.Count, failed, cancellationToken);
        var took = Stopwatch.GetElapsedTime(run.StartedAt);
        parts.Metrics.Ran("ok", took);
        CatalogSyncLog.Swept(parts.Logger, supplier.Id, _tours.Count, (long)took.TotalMilliseconds, run.Changed, run.Overtaken, failed);
        _run = null;
    }

    private bool IsLeft(TourToSync tour, SyncRun run) => !(tour.TriedAt >= run.Slot) && (tour.UnderWay || _order.IsLeft(tour, run, Now));

    /// <param name="Outcome">Null where our own side failed.</param>
    private sealed record SyncResult(TourToSync Tour, DateTimeOffset StartedAt, SyncOutcome? Outcome);

    private sealed class RunProgress(SyncRun run)
    {
        public SyncRun Run => run;
        public long StartedAt { get; } = Stopwatch.GetTimestamp();
        public int Changed { get; private set; }
        public int Overtaken { get; private set; }

        public void Add(SyncOutcome? outcome)
        {
            Changed += outcome?.Changed ?? 0;
            Overtaken += outcome?.Overtaken ?? 0;
        }
    }
}
