namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// Where a look into the outbox begins. Deleted rows stay in PostgreSQL's index until it has cleaned up, which a long backup puts off, and a look from the beginning wades through
/// them all. So most looks begin behind what had been seen a minute ago or earlier. No transaction that had its positions by then can still be open: statements and transactions without one
/// are ended after 15 and 20 s.
/// </summary>
internal sealed class OutboxCursor(TimeProvider time)
{
    public static readonly TimeSpan LookBack = TimeSpan.FromMinutes(1);

    private uint _shards;
    private bool _fromBeginning;
    private long _highest;
    private long _seen;
    private long _seenBefore;
    private long? _seenAt;

    private bool IsDue => _seenAt is not { } at || time.GetElapsedTime(at) >= LookBack;

    /// <returns>The look is for positions above this one.</returns>
    public long Begin(uint shards)
    {
        _fromBeginning = shards != _shards || IsDue;
        _shards = shards;
        return _fromBeginning ? 0 : _seenBefore;
    }

    /// <param name="complete">Nothing was left out: there were fewer than asked for.</param>
    public void End(IReadOnlyList<OutboxRow> rows, bool complete)
    {
        if (rows.Count > 0) _highest = Math.Max(_highest, rows[^1].Position);
        if (!_fromBeginning) return;
        if (!complete) Rewind();
        else if (IsDue) (_seenBefore, _seen, _seenAt) = (_seen, _highest, time.GetTimestamp());
    }

    /// <summary>Rows that have been seen are to be found again.</summary>
    public void Rewind() => _shards = 0;
}
