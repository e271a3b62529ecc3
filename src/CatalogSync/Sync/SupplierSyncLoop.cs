using System.Diagnostics;
using System.Threading.Channels;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Sync;

internal sealed record SyncParts(
    LinkedTours Tours, SyncTour Sync, SyncRuns Runs, WatchedTours Watched, SyncTiming Timing, CatalogSyncMetrics Metrics, TimeProvider Time,
    ILogger<SupplierSyncLoop> Logger);

/// <summary>Spends one supplier's token budget under its lease: one loop polls the database, starts due calls and takes their results.</summary>
internal sealed class SupplierSyncLoop(ConfiguredSupplier supplier, Lease lease, SyncParts parts)
{
    // The backoff from a supplier that does not answer and so states no pause.
    private static readonly TimeSpan UnstatedBackoff = TimeSpan.FromSeconds(5);

    private readonly Channel<SyncResult> _results = Channel.CreateUnbounded<SyncResult>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SyncOrder _order = new(supplier.Settings.PollingMinimum, supplier.Settings.SyncInterval);

    // A call starts only when it may be sent at once: in the client's queue no more urgent call could overtake it.
    private readonly CallBudget? _pace = supplier.Settings.CallsPerMinute is { } calls ? new CallBudget(calls, parts.Time) : null;

    private Dictionary<string, TourToSync> _tours = [];
    private DateTimeOffset _rosterReadAt = DateTimeOffset.MinValue;
    private DateTimeOffset _polledAt = DateTimeOffset.MinValue;
    private RunProgress? _run;
    private bool _paused;
    private int _underWay;
    private DateTimeOffset _backoffUntil;
    private bool _probing;

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    /// <summary>Runs until the lease is lost or the host stops. Calls in flight are then cancelled and write nothing.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var ready = Task.FromResult(true);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                while (_results.Reader.TryRead(out var result)) await TakeAsync(result, stop.Token);
                if (Now - _polledAt >= parts.Timing.PollInterval && await PollAsync(stop.Token)) CorrelationContext.Begin(null);
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

    /// <summary>Polls runs, pauses and marks that other processes and operators have written.</summary>
    /// <returns>True when a new run has begun.</returns>
    private async Task<bool> PollAsync(CancellationToken cancellationToken)
    {
        _polledAt = Now;
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
        // The loop's own state of a tour is newer than the row just read.
        _tours = read.ToDictionary(tour => tour.Id, tour => _tours.GetValueOrDefault(tour.Id) ?? tour, StringComparer.Ordinal);
    }

    /// <returns>How long to wait at most before the next poll.</returns>
    private TimeSpan StartDue(CancellationToken cancellationToken)
    {
        while (!_paused && lease.IsSure)
        {
            var now = Now;
            if (_backoffUntil > now) return Sooner(_backoffUntil - now);
            if (_underWay >= (_probing ? 1 : supplier.Settings.Concurrency)) break;
            if (_pace?.Wait is { } wait && wait > TimeSpan.Zero) return Sooner(wait);
            if (_order.Next(_tours.Values, parts.Watched.Contains, _run?.Run, now) is not { } tour) break;
            _pace?.Reserve();
            _underWay++;
            tour.UnderWay = true;
            (tour.Requested, tour.Hinted) = (false, false);
            _ = CallAsync(tour, now, cancellationToken);
        }
        return parts.Timing.PollInterval;
    }

    private TimeSpan Sooner(TimeSpan wait) => wait < parts.Timing.PollInterval ? wait : parts.Timing.PollInterval;

    // An exception on our side must not cost the other tours their sync; the supplier's failures are outcomes.
    private async Task CallAsync(TourToSync tour, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        SyncOutcome? outcome = null;
        try
        {
            outcome = await parts.Sync.RunAsync(tour.Id, lease, cancellationToken);
        }
        catch (Exception e) when (e is LeaseLostException or OperationCanceledException)
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
        if (outcome is { AsksForBackoff: true, Failure: { } backoff })
        {
            _probing = true;
            var until = Now + (backoff.RetryAfter ?? UnstatedBackoff);
            if (until <= _backoffUntil + UnstatedBackoff / 2) return; // other calls in flight got the same answer
            _backoffUntil = until;
            await parts.Runs.BackOffAsync(supplier.Id, until, backoff.Reason, cancellationToken);
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

    /// <param name="Outcome">Null after an exception on our side.</param>
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
