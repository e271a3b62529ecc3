using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>One linked tour as its supplier's sync remembers it. Belongs to that one loop.</summary>
internal sealed class TourToSync
{
    public string Id { get; set; } = "";

    /// <summary>When the supplier last told its figures; null for never.</summary>
    public DateTimeOffset? SyncedAt { get; set; }

    /// <summary>When it was last asked, with success or without.</summary>
    public DateTimeOffset? TriedAt { get; set; }

    /// <summary>Somebody read the stale tour.</summary>
    public bool Requested { get; set; }

    /// <summary>The supplier says that it changed.</summary>
    public bool Hinted { get; set; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; set; }

    public bool UnderWay { get; set; }
}

/// <param name="Slot">Every tour is to be asked about once since then.</param>
/// <param name="Forced">An operator asked for it: also what the supplier's interval would leave out.</param>
internal sealed record SyncRun(DateTimeOffset Slot, bool Forced = false);

/// <summary>
/// Decides which tour the next call is spent on. Urgent are those the supplier hinted at, those somebody asked for and those somebody watches; the
/// run's others follow, the stalest first.
/// </summary>
/// <param name="pollingMinimum">Between two polls of one tour.</param>
/// <param name="interval">A run leaves out what was asked about more recently; null for nothing.</param>
internal sealed class SyncOrder(TimeSpan pollingMinimum, TimeSpan? interval)
{
    /// <summary>A burst of hints costs one call, and what it changed last is seen this much later.</summary>
    public static readonly TimeSpan HintSpacing = TimeSpan.FromSeconds(5);

    /// <summary>While both wait, one call in four is the run's: however much is watched, every tour gets its turn.</summary>
    public const int UrgentOfFour = 3;

    // A tour that keeps failing is polled up to sixteen times as rarely.
    private readonly Backoff _pollingBackoff = new(First: pollingMinimum, Longest: pollingMinimum * 16);

    private int _urgentInARow;

    /// <returns>Null where nothing is due.</returns>
    public TourToSync? Next(IEnumerable<TourToSync> tours, Func<string, bool> isWatched, SyncRun? run, DateTimeOffset now)
    {
        TourToSync? urgent = null, swept = null;
        foreach (var tour in tours)
        {
            if (tour.UnderWay) continue;
            if (IsUrgent(tour, isWatched, now))
            {
                if (urgent is null || Nullable.Compare(tour.TriedAt, urgent.TriedAt) < 0) urgent = tour;
            }
            else if (IsLeft(tour, run, now) && (swept is null || Nullable.Compare(tour.SyncedAt, swept.SyncedAt) < 0))
            {
                swept = tour;
            }
        }
        var takeUrgent = urgent is not null && (swept is null || _urgentInARow < UrgentOfFour);
        _urgentInARow = takeUrgent && swept is not null ? _urgentInARow + 1 : 0;
        return takeUrgent ? urgent : swept;
    }

    /// <summary>Whether the run still has to ask about this tour.</summary>
    public bool IsLeft(TourToSync tour, SyncRun? run, DateTimeOffset now) =>
        run is not null && !(tour.TriedAt >= run.Slot) && HasRested(tour, !run.Forced && interval > pollingMinimum ? interval.Value : pollingMinimum, now);

    private bool IsUrgent(TourToSync tour, Func<string, bool> isWatched, DateTimeOffset now)
    {
        if (tour.Hinted && HasRested(tour, HintSpacing, now)) return true;
        return HasRested(tour, _pollingBackoff.After(tour.Failures), now) && (tour.Requested || isWatched(tour.Id));
    }

    private static bool HasRested(TourToSync tour, TimeSpan rest, DateTimeOffset now) => tour.TriedAt is not { } tried || now - tried >= rest;
}
