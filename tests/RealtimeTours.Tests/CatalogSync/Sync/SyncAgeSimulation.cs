using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;

namespace RealtimeTours.Tests.CatalogSync.Sync;

/// <param name="Calls">In the time measured.</param>
/// <param name="WatchedP95">Seconds; 95 % of the looks at a watched tour found a younger figure.</param>
/// <param name="OthersP95">The same for tours nobody watches.</param>
internal sealed record SyncAges(int Calls, double WatchedP95, double OthersP95);

/// <summary>
/// Half an hour of one supplier with a thousand tours in simulated time: the order of calls and their pace are decided by the code of production,
/// the clock and the supplier's 3 to 5 s an answer are made up. Beside it the flat sweep: each tour once in five minutes, whoever looks.
/// </summary>
internal static class SyncAgeSimulation
{
    public const int Tours = 1_000;
    public const int Concurrency = 16;

    /// <summary>As many calls as the flat sweep makes.</summary>
    public const int CallsPerMinute = 200;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Settle = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(70);

    /// <param name="watched">How many of the tours somebody watches.</param>
    public static SyncAges Ordered(int watched)
    {
        var time = new ManualTimeProvider(Start);
        var order = new SyncOrder(new SupplierSettings { ApiKey = "" }.PollingMinimum, interval: null);
        var pace = new CallBudget(CallsPerMinute, time);
        return Run(watched, time, (tours, now, isWatched) =>
        {
            if (pace.Wait > TimeSpan.Zero || order.Next(tours, isWatched, new SyncRun(SlotBefore(now)), now) is not { } next) return null;
            pace.Reserve();
            return next;
        });
    }

    public static SyncAges Flat(int watched) => Run(watched, new ManualTimeProvider(Start), (tours, now, _) =>
        tours.Where(tour => !tour.UnderWay && !(tour.TriedAt >= SlotBefore(now))).MinBy(tour => tour.TriedAt ?? DateTimeOffset.MinValue));

    private static DateTimeOffset Start => new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset SlotBefore(DateTimeOffset now) => now - TimeSpan.FromTicks((now - Start).Ticks % Window.Ticks);

    private static SyncAges Run(
        int watched, ManualTimeProvider time, Func<IReadOnlyList<TourToSync>, DateTimeOffset, Func<string, bool>, TourToSync?> next)
    {
        var random = new Random(7);
        var tours = Enumerable.Range(0, Tours).Select(i => new TourToSync { Id = $"t{i}" }).ToArray();
        random.Shuffle(tours);
        var shown = tours.Take(watched).ToArray();
        var ids = shown.Select(tour => tour.Id).ToHashSet();
        var underWay = new PriorityQueue<(TourToSync Tour, DateTimeOffset StartedAt), DateTimeOffset>();
        List<double> watchedAges = [], otherAges = [];
        var calls = 0;
        for (var now = Start; now < Start + Length; time.Advance(Step), now = time.GetUtcNow())
        {
            while (underWay.TryPeek(out var call, out var until) && until <= now)
            {
                underWay.Dequeue();
                (call.Tour.UnderWay, call.Tour.TriedAt, call.Tour.SyncedAt) = (false, call.StartedAt, now);
            }
            var measured = now >= Start + Settle;
            while (underWay.Count < Concurrency && next(tours, now, ids.Contains) is { } tour)
            {
                tour.UnderWay = true;
                underWay.Enqueue((tour, now), now + TimeSpan.FromSeconds(3 + 2 * random.NextDouble()));
                if (measured) calls++;
            }
            if (!measured || now.Ticks % TimeSpan.TicksPerSecond != 0) continue;
            foreach (var tour in tours) (ids.Contains(tour.Id) ? watchedAges : otherAges).Add((now - tour.SyncedAt!.Value).TotalSeconds);
        }
        return new SyncAges(calls, P95(watchedAges), P95(otherAges));
    }

    private static double P95(List<double> ages)
    {
        ages.Sort();
        return ages[(int)(ages.Count * 0.95)];
    }
}

public class SyncAgeTests
{
    [Fact]
    public void Watched_figures_are_ten_times_fresher_than_a_flat_sweeps_and_cost_no_more_calls()
    {
        var (flat, ordered) = (SyncAgeSimulation.Flat(watched: 40), SyncAgeSimulation.Ordered(watched: 40));
        ordered.Calls.ShouldBeLessThanOrEqualTo(flat.Calls);
        (flat.WatchedP95 / ordered.WatchedP95).ShouldBeGreaterThan(10);
        ordered.OthersP95.ShouldBeLessThan(25 * 60); // nobody is forgotten
    }
}
