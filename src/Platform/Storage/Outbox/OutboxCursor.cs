namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// Where a poll of the outbox begins. Deleted rows stay in PostgreSQL's index until a vacuum, which a long backup delays, and a full poll reads them
/// all. So most polls begin behind rows seen a minute ago: a transaction with an earlier position has ended, at the latest by its timeout (20 s).
/// </summary>
internal sealed class OutboxCursor(TimeProvider time)
{
    public static readonly TimeSpan SafetyWindow = TimeSpan.FromMinutes(1);

    private uint _shards;
    private bool _fromBeginning;
    private long _highest;
    private long _seen;
    private long _seenBefore;
    private long? _seenAt;

    private bool IsDue => _seenAt is not { } at || time.GetElapsedTime(at) >= SafetyWindow;

    /// <returns>The poll reads positions above this one.</returns>
    public long Begin(uint shards)
    {
        _fromBeginning = shards != _shards || IsDue;
        _shards = shards;
        return _fromBeginning ? 0 : _seenBefore;
    }

    /// <param name="complete">There were fewer rows than the limit: none was left out.</param>
    public void End(IReadOnlyList<OutboxRow> rows, bool complete)
    {
        if (rows.Count > 0) _highest = Math.Max(_highest, rows[^1].Position);
        if (!_fromBeginning) return;
        if (!complete) Rewind();
        else if (IsDue) (_seenBefore, _seen, _seenAt) = (_seen, _highest, time.GetTimestamp());
    }

    /// <summary>The next poll finds rows again that have been seen.</summary>
    public void Rewind() => _shards = 0;
}
