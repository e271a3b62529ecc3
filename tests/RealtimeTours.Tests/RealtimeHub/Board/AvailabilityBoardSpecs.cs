using FsCheck.Fluent;
using RealtimeTours.RealtimeHub.Board;
using static RealtimeTours.Tests.RealtimeHub.States;

namespace RealtimeTours.Tests.RealtimeHub.Board;

/// <summary>What every implementation of the board does.</summary>
public abstract class AvailabilityBoardSpecs
{
    /// <summary>An empty board.</summary>
    private protected abstract Task<IAvailabilityBoard> CreateAsync();

    [Fact]
    public async Task Newest_wins_and_only_accepted_changes_are_counted()
    {
        var board = await CreateAsync();
        (await board.ApplyAsync([State("t", 9, 2), State("t", 10, 1), State("t", 9, 2)])).ShouldBe(1);
        (await board.ApplyAsync([State("t", 8, 3)])).ShouldBe(1);
        (await ReadAsync(board, "t")).Single().AvailableSpots.ShouldBe(8);
    }

    [Fact]
    public async Task What_was_not_said_is_carried_over_and_everything_said_comes_back_whole()
    {
        var board = await CreateAsync();
        var first = State("tour:with|odd \"names\"\nΩ", 9, long.MaxValue - 1, at: 0.1234567, capacity: int.MaxValue, previous: 0);
        await board.ApplyAsync([first]);
        (await ReadAsync(board, first.TourId)).ShouldBe([first]);

        await board.ApplyAsync([State(first.TourId, 7, long.MaxValue)]);
        var now = (await ReadAsync(board, first.TourId)).Single();
        (now.Capacity, now.PreviousSpots, now.Version).ShouldBe((int.MaxValue, 9, long.MaxValue));
    }

    [Fact]
    public async Task A_tour_without_departures_is_a_departure_without_date()
    {
        var board = await CreateAsync();
        var state = State("t", 5) with { Date = null, Source = null };
        await board.ApplyAsync([state, State("t", 6, date: Departure.AddDays(1)), State("t", 7)]);
        (await ReadAsync(board, "t")).Select(s => s.AvailableSpots).ShouldBe([5, 7, 6]);
        (await board.ReadAsync(["nobody"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_instant_in_another_offset_is_the_same_departure()
    {
        var board = await CreateAsync();
        await board.ApplyAsync([State("t", 5, 1), State("t", 6, 2, date: Departure.ToOffset(TimeSpan.FromHours(5)))]);
        (await ReadAsync(board, "t")).Single().AvailableSpots.ShouldBe(6);
    }

    [Fact]
    public async Task Among_equal_timestamps_arrival_decides_and_redeliveries_do_not_come_back()
    {
        var board = await CreateAsync();
        var events = Enumerable.Range(0, NewestState.RememberedEvents).Select(i => State("t", i, id: $"e{i}")).ToArray();
        foreach (var state in events) await board.ApplyAsync([state]);
        (await board.ApplyAsync(events)).ShouldBe(0);
        (await ReadAsync(board, "t")).Single().AvailableSpots.ShouldBe(events[^1].AvailableSpots);
        (await board.ApplyAsync([State("t", 7, at: 1, id: "e0")])).ShouldBe(1);
    }

    [Fact]
    public async Task Among_equal_timestamps_a_state_that_follows_the_one_shown_comes_after_it_whatever_came_first()
    {
        var board = await CreateAsync();
        var (x, y, z) = (State("t", 9, id: "x"), State("t", 8, id: "y"), State("t", 7, id: "z"));
        foreach (var state in new[] { x, z, y }) await board.ApplyAsync([state]);

        (await board.ApplyAsync([z with { Follows = "x" }])).ShouldBe(0); // y is shown: somebody else's order
        (await board.ApplyAsync([z with { Follows = "y" }])).ShouldBe(1);
        (await ReadAsync(board, "t")).Single().ShouldBe(z with { PreviousSpots = 8 });
        (await board.ApplyAsync([x, y, z])).ShouldBe(0);
    }

    [Fact]
    public async Task Changes_are_read_in_pages_each_departure_once_in_its_newest_state()
    {
        var board = await CreateAsync();
        for (var i = 0; i < 5; i++) await board.ApplyAsync([State($"t{i}", 10, 1)]);
        await board.ApplyAsync([State("t0", 9, 2)]);

        var first = await board.ChangesSinceAsync(BoardPosition.Beginning, 3);
        first.States.Select(s => s.TourId).ShouldBe(["t1", "t2", "t3"]);
        first.More.ShouldBeTrue();
        var second = await board.ChangesSinceAsync(first.Position, 3);
        second.States.Select(s => (s.TourId, s.AvailableSpots)).ShouldBe([("t4", 10), ("t0", 9)]);
        second.More.ShouldBeFalse();
        (await board.ChangesSinceAsync(second.Position, 3)).States.ShouldBeEmpty();

        await board.ApplyAsync([State("t2", 8, 2)]);
        (await board.ChangesSinceAsync(second.Position, 3)).States.Single().TourId.ShouldBe("t2");
        (await board.ChangesSinceAsync(second.Position with { Epoch = "another" }, 10)).States.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Parallel_offers_lose_nothing()
    {
        var board = await CreateAsync();
        await Task.WhenAll(Enumerable.Range(1, 500).Select(i => Task.Run(() => board.ApplyAsync([State($"t{i % 7}", i, i)]))));
        var changes = await board.ChangesSinceAsync(BoardPosition.Beginning, 100);
        changes.States.ToDictionary(s => s.TourId, s => s.AvailableSpots).ShouldBe(
            Enumerable.Range(1, 500).GroupBy(i => $"t{i % 7}").ToDictionary(g => g.Key, g => g.Max()), ignoreOrder: true);
    }

    [Fact]
    public async Task Any_order_with_duplicates_ends_in_the_same_state()
    {
        var board = await CreateAsync();
        var tour = 0;
        var runs = Gen.Choose(1, 30).ListOf().Where(versions => versions.Count > 0).Select(versions => versions.ToArray());
        foreach (var (versions, counters) in Gen.Sample(runs, 20, 40).Zip(Gen.Sample(Gen.Choose(0, 2), 40)))
        {
            // Counters only, timestamps only, or both from publishers whose clocks agree with the counter.
            var id = $"t{tour++}";
            var states = versions.Select(
                v => State(id, 1_000 + v, counters switch { 0 => v, 1 => null, _ => v % 2 == 0 ? v : null }, at: v, id: $"e{v}")).ToArray();
            foreach (var batch in states.Chunk(3)) await board.ApplyAsync(batch);
            (await ReadAsync(board, id)).Single().AvailableSpots.ShouldBe(1_000 + versions.Max(), $"order {string.Join(' ', versions)}");
        }
    }

    private static async Task<IReadOnlyList<DepartureState>> ReadAsync(IAvailabilityBoard board, string tourId) =>
        (await board.ReadAsync([tourId]))[tourId];
}
