using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using static RealtimeTours.Tests.RealtimeHub.States;

namespace RealtimeTours.Tests.RealtimeHub.Board;

public class UnconfirmedStatesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Clock _time = new();
    private readonly UnconfirmedStates _states;

    public UnconfirmedStatesTests() => _states = new UnconfirmedStates(_time);

    [Fact]
    public void What_the_board_does_not_show_in_time_is_offered_once_in_its_newest_state()
    {
        _states.Add(State("t", 9, 1));
        _time.Advance(Second / 2);
        _states.Add(State("t", 8, 2));
        _states.Add(State("t", 9, 1));
        _states.Take(Second).ShouldBeEmpty();
        _time.Advance(Second / 2);
        _states.Take(Second).Single().Version.ShouldBe(2);
        _states.Take(Second).ShouldBeEmpty();
    }

    [Fact]
    public void What_the_board_has_is_not_offered_nor_what_is_still_on_its_way()
    {
        _states.Add(State("t", 9, 1));
        _states.Add(State("u", 9, 1));
        _time.Advance(Second);
        _states.Add(State("u", 8, 2));
        _states.Confirm(State("t", 9, 1));
        _states.Confirm(State("u", 9, 1));
        _states.Take(Second).ShouldBeEmpty();
        _time.Advance(Second);
        _states.Take(Second).Single().Version.ShouldBe(2);
    }

    [Fact]
    public void A_board_that_moves_but_stays_behind_is_overdue()
    {
        for (var version = 1; version <= 40; version++)
        {
            _states.Add(State("t", version, version));
            _time.Advance(Second / 20);
            if (version > 25) _states.Confirm(State("t", version - 25, version - 25));
        }
        _states.Take(Second).Single().Version.ShouldBe(40);
    }

    [Fact]
    public void A_failed_offer_is_made_again_unless_something_newer_came()
    {
        _states.Add(State("t", 9, 1));
        _states.Add(State("u", 9, 1));
        _time.Advance(Second);
        var taken = _states.Take(Second);
        _states.Add(State("u", 8, 2));
        _states.PutBack(taken);
        _states.Take(Second).Single().TourId.ShouldBe("t");
    }

    [Fact]
    public async Task A_state_that_only_this_node_heard_gets_onto_the_board_without_the_consumer()
    {
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new BoardMetrics(meters.GetRequiredService<IMeterFactory>());
        var (board, copy) = (new MemoryAvailabilityBoard(), new BoardCopy());
        var follower = new BoardPoller(
            board, copy, new BoardHealth(), metrics, Options.Create(new RealtimeHubOptions()), TimeProvider.System, NullLogger<BoardPoller>.Instance);
        copy.Apply(State("t", 7, 3));
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await follower.PollAsync(default);
            return (await board.ReadAsync(["t"])).TryGetValue("t", out var departures) && departures.Single().AvailableSpots == 7;
        });
    }

    [Fact]
    public async Task The_newest_state_gets_onto_the_board_while_the_consumer_works_off_a_backlog()
    {
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (board, copy) = (new MemoryAvailabilityBoard(), new BoardCopy());
        var follower = new BoardPoller(
            board, copy, new BoardHealth(), new BoardMetrics(meters.GetRequiredService<IMeterFactory>()), Options.Create(new RealtimeHubOptions()),
            TimeProvider.System, NullLogger<BoardPoller>.Instance);
        copy.Apply(State("t", 7, 1_000_000));
        var old = 0;
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await board.ApplyAsync([State("t", 9, ++old)]); // the consumer's next: the backlog never ends
            await follower.PollAsync(default);
            return (await board.ReadAsync(["t"]))["t"].Single().AvailableSpots == 7;
        });
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerDay;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
