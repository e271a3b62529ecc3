using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>The brake of one tour, with an interval of 100 ms.</summary>
public class TourWatchersTests
{
    private readonly SteppedTime _time = new();
    private readonly List<long> _flushes = [];
    private readonly TourWatchers _watchers;

    public TourWatchersTests() => _watchers = new TourWatchers(_time, TimeSpan.FromMilliseconds(100), _ => _flushes.Add(_time.Now));

    [Fact]
    public void The_first_change_goes_out_at_once_and_what_follows_within_the_interval_goes_out_together_at_its_end()
    {
        ChangeAt(1_000, 1_010, 1_020, 1_090);
        _time.RunTo(2_000);

        _flushes.ShouldBe([1_000, 1_100]);
    }

    [Fact]
    public void Changes_that_come_once_per_interval_are_not_held_back_by_their_jitter()
    {
        long[] changes = [1_000, 1_097, 1_203, 1_299, 1_404, 1_500, 1_596];

        ChangeAt(changes);

        _flushes.ShouldBe(changes);
    }

    [Fact]
    public void A_timer_that_wakes_late_does_not_push_back_the_flushes_after_it()
    {
        _time.TimersAreLateBy = 15;
        for (long at = 1_000; at < 3_000; at += 50) ChangeAt(at);
        _time.RunTo(4_000);

        _flushes.Count.ShouldBeInRange(20, 22);
        _flushes.ShouldAllBe(flush => (flush - 1_000) % 100 <= 15);
    }

    [Fact]
    public void A_storm_costs_one_flush_per_interval_and_its_last_change_goes_out()
    {
        for (long at = 1_000; at < 2_000; at++) ChangeAt(at);
        _time.RunTo(3_000);

        _flushes.Count.ShouldBeInRange(10, 11);
        _flushes[^1].ShouldBe(2_000);
    }

    private void ChangeAt(params long[] times)
    {
        foreach (var at in times)
        {
            _time.RunTo(at);
            _watchers.Changed();
        }
    }

    /// <summary>Milliseconds that pass when the test says so, with one timer.</summary>
    private sealed class SteppedTime : TimeProvider, ITimer
    {
        private TimerCallback? _callback;
        private long? _due;

        public long Now { get; private set; }

        public long TimersAreLateBy { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Now;

        public void RunTo(long milliseconds)
        {
            if (_due is { } due && due + TimersAreLateBy <= milliseconds)
            {
                (Now, _due) = (due + TimersAreLateBy, null);
                _callback!(null);
            }
            Now = milliseconds;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = Now + (long)dueTime.TotalMilliseconds;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
