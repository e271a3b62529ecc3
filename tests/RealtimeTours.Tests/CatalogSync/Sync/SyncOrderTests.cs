using RealtimeTours.CatalogSync.Sync;

namespace RealtimeTours.Tests.CatalogSync.Sync;

public class SyncOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SyncRun Run = new(Now.AddSeconds(-20));
    private readonly SyncOrder _order = new(TimeSpan.FromSeconds(15), interval: null);

    [Fact]
    public void Hinted_requested_and_watched_tours_go_before_the_run_the_longest_untouched_first()
    {
        TourToSync[] tours =
        [
            Tour("never synced", synced: null), Tour("stale", synced: 900), Tour("watched", synced: 40),
            Tour("requested", synced: 700, requested: true),
            Tour("hinted", synced: 8, hinted: true),
        ];
        Take(tours, 5, watched: ["watched"]).ShouldBe(["requested", "watched", "hinted", "never synced", "stale"]);
    }

    [Fact]
    public void Nothing_is_due_without_a_run_and_without_anybody_who_wants_it() =>
        _order.Next([Tour("a", synced: 900), Tour("b", synced: null)], _ => false, run: null, Now).ShouldBeNull();

    [Fact]
    public void A_tour_is_not_polled_more_often_than_its_supplier_allows_whoever_wants_it()
    {
        TourToSync[] tours =
            [Tour("watched", synced: 14), Tour("requested", synced: 14, requested: true), Tour("hinted just now", synced: 4, hinted: true)];
        _order.Next(tours, _ => true, new SyncRun(Now, Forced: true), Now).ShouldBeNull();
        _order.Next(tours, _ => true, new SyncRun(Now), Now.AddSeconds(1))!.Id.ShouldBe("watched");
    }

    [Fact]
    public void A_run_asks_once_about_each_tour_and_leaves_out_what_its_interval_says_unless_an_operator_asked_for_it()
    {
        _order.Next([Tour("since the slot", synced: 16)], _ => false, Run, Now).ShouldBeNull();
        var rarely = new SyncOrder(TimeSpan.FromSeconds(15), interval: TimeSpan.FromMinutes(30));
        TourToSync[] tours = [Tour("fresh enough", synced: 1200)];
        rarely.Next(tours, _ => false, Run, Now).ShouldBeNull();
        rarely.Next(tours, _ => false, Run with { Forced = true }, Now).ShouldNotBeNull();
        rarely.Next(tours, _ => false, Run, Now.AddMinutes(10)).ShouldNotBeNull();
    }

    [Fact]
    public void However_much_is_watched_one_call_in_four_is_the_runs()
    {
        var tours = Enumerable.Range(0, 40).Select(i => Tour($"watched {i}", synced: 60))
            .Concat(Enumerable.Range(0, 10).Select(i => Tour($"other {i}", synced: 400))).ToArray();
        Take(tours, 40, watched: [.. tours.Take(40).Select(tour => tour.Id)]).Count(id => id.StartsWith("other", StringComparison.Ordinal))
            .ShouldBe(10);
    }

    [Fact]
    public void A_watched_tour_that_keeps_failing_is_polled_less_and_less()
    {
        TourToSync[] tours = [Tour("failing", synced: 100)];
        tours[0].Failures = 3;
        _order.Next(tours, _ => true, run: null, Now).ShouldBeNull();
        _order.Next(tours, _ => true, run: null, Now.AddSeconds(20)).ShouldNotBeNull();
        tours[0].Failures = 30;
        _order.Next(tours, _ => true, run: null, Now.AddSeconds(-100 + 16 * 15)).ShouldNotBeNull();
    }

    [Fact]
    public void What_is_under_way_is_not_asked_about_twice()
    {
        TourToSync[] tours = [Tour("a", synced: 900, requested: true)];
        tours[0].UnderWay = true;
        _order.Next(tours, _ => true, Run, Now).ShouldBeNull();
    }

    private string[] Take(TourToSync[] tours, int calls, string[] watched) => [.. Enumerable.Range(0, calls).Select(_ =>
    {
        var next = _order.Next(tours, watched.Contains, Run, Now).ShouldNotBeNull();
        next.UnderWay = true;
        return next.Id;
    })];

    private static TourToSync Tour(string id, int? synced, bool requested = false, bool hinted = false) => new()
    {
        Id = id, SyncedAt = Now.AddSeconds(-synced ?? 0) is var at && synced is null ? null : at, TriedAt = synced is null ? null : at,
        Requested = requested, Hinted = hinted,
    };
}
