using RealtimeTours.Platform.Storage.Outbox;

namespace RealtimeTours.Tests.Platform.Storage;

public sealed class OutboxCursorTests
{
    private readonly ManualClock _clock = new();
    private readonly OutboxCursor _cursor;
    private uint _shards = 3;

    public OutboxCursorTests() => _cursor = new OutboxCursor(_clock);

    [Fact]
    public void Looks_begin_behind_what_was_seen_a_minute_ago_and_once_a_minute_at_the_beginning()
    {
        Poll(10).ShouldBe(0);
        Poll(20).ShouldBe(0); // nothing was seen a minute ago
        _clock.Advance(OutboxCursor.SafetyWindow);
        Poll(30).ShouldBe(0);
        Poll(40).ShouldBe(10); // 20 was seen after that poll, so perhaps not all before it
        _clock.Advance(OutboxCursor.SafetyWindow);
        Poll().ShouldBe(0);
        Poll(50).ShouldBe(30);
        Poll().ShouldBe(30);
    }

    [Fact]
    public void Where_more_was_there_than_one_look_brought_the_next_begins_at_the_beginning_again()
    {
        Poll(100);
        _clock.Advance(OutboxCursor.SafetyWindow);
        Poll(200);
        Poll().ShouldBe(100);
        _cursor.Rewind(); // 1 to 99 failed
        Poll([10, 20], complete: false).ShouldBe(0);
        Poll([30, 40], complete: false).ShouldBe(0);
        Poll(50).ShouldBe(0);
        Poll().ShouldBe(100);
    }

    [Fact]
    public void Looks_from_the_beginning_that_follow_each_other_quickly_do_not_make_young_rows_old()
    {
        Poll(100);
        for (var position = 101; position < 110; position++)
        {
            _cursor.Rewind();
            Poll(position).ShouldBe(0);
        }
        Poll().ShouldBe(0);
        _clock.Advance(OutboxCursor.SafetyWindow);
        Poll().ShouldBe(0);
        Poll().ShouldBe(100);
    }

    [Fact]
    public void Other_shards_are_looked_at_from_the_beginning()
    {
        Poll(100);
        _clock.Advance(OutboxCursor.SafetyWindow);
        Poll(200);
        Poll().ShouldBe(100);
        _shards = 7;
        Poll().ShouldBe(0);
        Poll().ShouldBe(100);
        _shards = 3;
        Poll().ShouldBe(0);
    }

    private long Poll(params long[] positions) => Poll(positions, complete: true);

    private long Poll(long[] positions, bool complete)
    {
        var behind = _cursor.Begin(_shards);
        _cursor.End([.. positions.Select(position => new OutboxRow { Position = position })], complete);
        return behind;
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
