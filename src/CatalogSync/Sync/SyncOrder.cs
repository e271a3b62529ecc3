using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>One linked tour in the memory of its supplier's sync loop.</summary>
internal sealed class TourToSync
{
    public string Id { get; set; } = "";

    public DateTimeOffset? SyncedAt { get; set; } // the last success; null for never
    public DateTimeOffset? TriedAt { get; set; } // the last attempt, successful or not
    public bool Requested { get; set; } // a reader saw stale figures
    public bool Hinted { get; set; } // the supplier says that it changed
    public int Failures { get; set; } // since the last success

    public bool UnderWay { get; set; }
}

/// <param name="Slot">The run asks about every tour once after this time.</param>
/// <param name="Forced">An operator asked for the run: it also asks about tours that the supplier's interval would leave out.</param>
internal sealed record SyncRun(DateTimeOffset Slot, bool Forced = false);

/// <summary>Picks the tour for the next call: urgent ones first (hinted at, requested, watched), then the run's, the stalest first.</summary>
/// <param name="pollingMinimum">The shortest poll interval of one tour.</param>
/// <param name="interval">A run skips tours that were asked about more recently; null for none.</param>
internal sealed class SyncOrder(TimeSpan pollingMinimum, TimeSpan? interval)
{
    /// <summary>A burst of hints costs one call in this time, which is also the longest that its last change goes unseen.</summary>
    public static readonly TimeSpan HintSpacing = TimeSpan.FromSeconds(5);

    /// <summary>While both kinds wait, one call in four is the run's: watched tours cannot starve the others.</summary>
    public const int UrgentOfFour = 3;

    // Backoff: a tour that keeps failing is polled up to sixteen times less often.
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
        run is not null && !(tour.TriedAt >= run.Slot)
            && HasRested(tour, !run.Forced && interval > pollingMinimum ? interval.Value : pollingMinimum, now);

    private bool IsUrgent(TourToSync tour, Func<string, bool> isWatched, DateTimeOffset now)
    {
        if (tour.Hinted && HasRested(tour, HintSpacing, now)) return true;
        return HasRested(tour, _pollingBackoff.After(tour.Failures), now) && (tour.Requested || isWatched(tour.Id));
    }

    private static bool HasRested(TourToSync tour, TimeSpan rest, DateTimeOffset now) => tour.TriedAt is not { } tried || now - tried >= rest;
}
