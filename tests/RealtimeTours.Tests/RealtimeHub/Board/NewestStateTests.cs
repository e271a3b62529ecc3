using RealtimeTours.RealtimeHub.Board;
using static RealtimeTours.Tests.RealtimeHub.States;

namespace RealtimeTours.Tests.RealtimeHub.Board;

public class NewestStateTests
{
    private readonly NewestState _newest = new();

    [Theory]
    [InlineData(2L, 0, 1L, 60, false)] // the counter decides, not the clock
    [InlineData(1L, 60, 2L, 0, true)]
    [InlineData(1L, 0, 1L, 60, false)] // the same version is not newer
    [InlineData(5L, 0, null, 1, true)] // one side without a counter: the clock
    [InlineData(null, 0, 5L, 1, true)]
    [InlineData(null, 1, 5L, 0, false)]
    [InlineData(5L, 0, null, 0, false)]
    [InlineData(null, 0, null, 1, true)]
    [InlineData(null, 1, null, 0, false)]
    [InlineData(null, 0, null, 0, true)] // a precision of seconds: arrival decides
    public void The_newer_statement_wins(long? heldVersion, int heldAt, long? newVersion, int newAt, bool wins)
    {
        _newest.Offer(State("t", 9, heldVersion, heldAt));
        (_newest.Offer(State("t", 8, newVersion, newAt)) is not null).ShouldBe(wins);
        _newest.Current!.AvailableSpots.ShouldBe(wins ? 8 : 9);
    }

    [Fact]
    public void A_redelivery_with_the_same_timestamp_does_not_come_back()
    {
        var first = State("t", 9, id: "a");
        _newest.Offer(first);
        _newest.Offer(State("t", 8, id: "b")).ShouldNotBeNull();
        _newest.Offer(first).ShouldBeNull();
        _newest.Current!.AvailableSpots.ShouldBe(8);
    }

    [Fact]
    public void What_a_publisher_left_out_is_taken_from_the_state_before()
    {
        _newest.Offer(State("t", 9, 1, capacity: 20));
        var shown = _newest.Offer(State("t", 4, 2))!;
        shown.Capacity.ShouldBe(20);
        shown.PreviousSpots.ShouldBe(9);
        _newest.Offer(State("t", 3, 3, capacity: 30, previous: 5))!.PreviousSpots.ShouldBe(5);
        _newest.Current!.Capacity.ShouldBe(30);
    }

    [Fact]
    public void On_a_tie_the_shared_board_settles_what_a_node_shows()
    {
        var (x, y) = (State("t", 9, id: "x"), State("t", 8, id: "y"));
        _newest.Offer(x);
        _newest.Offer(y);
        _newest.Offer(y, settlesTies: true).ShouldBeNull();
        _newest.Offer(x, settlesTies: true).ShouldNotBeNull();
        _newest.Current!.AvailableSpots.ShouldBe(9);
    }

    [Fact]
    public void Where_only_one_side_counts_at_the_same_time_the_shared_board_settles_what_is_shown()
    {
        var (counted, plain) = (State("t", 9, 5), State("t", 8));
        _newest.Offer(counted);
        _newest.Offer(plain).ShouldBeNull();
        _newest.Offer(plain, settlesTies: true).ShouldNotBeNull("or two nodes would show different figures for good");
        _newest.Offer(counted).ShouldBeNull();
    }

    [Fact]
    public void What_came_after_a_state_at_the_same_time_is_known()
    {
        var (x, y) = (State("t", 9, id: "x"), State("t", 8, id: "y"));
        _newest.TieAfter(x).ShouldBeNull();
        _newest.Offer(x, inOrder: true);
        _newest.TieAfter(x).ShouldBeNull();
        _newest.TieAfter(y).ShouldBeNull(); // not heard of here
        _newest.Offer(y, inOrder: true);
        _newest.TieAfter(x).ShouldBe(y with { PreviousSpots = 9, Follows = "x" });
        _newest.TieAfter(y).ShouldBeNull();
        _newest.Offer(State("t", 7, at: 1), inOrder: true);
        _newest.TieAfter(x).ShouldBeNull();
    }

    [Fact]
    public void The_fast_path_puts_in_order_what_the_sure_path_brought_out_of_order()
    {
        var (x, y, z) = (State("t", 9, id: "x"), State("t", 8, id: "y"), State("t", 7, id: "z"));
        _newest.Offer(x, inOrder: true);
        _newest.Offer(z).ShouldNotBeNull();
        _newest.TieAfter(x).ShouldBeNull(); // z's place is not known yet
        _newest.Offer(y, inOrder: true).ShouldNotBeNull();
        _newest.Offer(z, inOrder: true).ShouldNotBeNull();
        _newest.Offer(y, inOrder: true).ShouldBeNull(); // published twice
        _newest.Current!.EventId.ShouldBe("z");
        _newest.TieAfter(y)!.EventId.ShouldBe("z");
    }

    [Fact]
    public void What_both_paths_bring_is_shown_once()
    {
        var x = State("t", 9, id: "x");
        _newest.Offer(x).ShouldNotBeNull();
        _newest.Offer(x, inOrder: true).ShouldBeNull();
        _newest.Offer(x, inOrder: true).ShouldBeNull();
    }

    [Fact]
    public void An_owner_objects_to_the_boards_order_a_few_times_and_then_takes_it()
    {
        var (x, y) = (State("t", 9, id: "x"), State("t", 8, id: "y"));
        _newest.Offer(x, inOrder: true);
        _newest.Offer(y, inOrder: true);
        for (var i = 0; i < NewestState.MaxObjections; i++) _newest.Objection(x)!.EventId.ShouldBe("y");
        _newest.Objection(x).ShouldBeNull();
        _newest.Objection(y).ShouldBeNull();
        _newest.Offer(State("t", 7, at: 1, id: "z"), inOrder: true);
        _newest.Offer(State("t", 6, at: 1), inOrder: true);
        _newest.Objection(State("t", 7, at: 1, id: "z")).ShouldNotBeNull();
    }

    [Fact]
    public void The_shown_version_grows_even_where_publishers_with_and_without_a_counter_mix()
    {
        var copy = new BoardCopy();
        var shown = new List<long>();
        foreach (var state in new[] { State("t", 9, 7), State("t", 8, at: 1), State("t", 7, 8, at: 2), State("t", 6, at: 2.0001),
            State("t", 5, at: 2.0001) })
        {
            copy.Apply(state);
            var departures = new List<ShownDeparture>();
            copy.Find("t")!.CollectSince(0, departures);
            shown.Add(departures.Single().Update.Version);
        }
        shown[0].ShouldBe(7);
        shown[1].ShouldBe(Noon.AddSeconds(1).ToUnixTimeMilliseconds());
        shown.ShouldBe(shown.Order().Distinct());
    }
}
