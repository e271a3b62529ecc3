namespace RealtimeTours.LoadTest.Watchers;

/// <summary>The newest version of each departure that one connection was given. Arrays, since there is one of these per connection.</summary>
internal struct WatchedStates
{
    private int[]? _departures;
    private long[] _versions;

    public int Count { get; private set; }

    /// <returns>-1 where the connection has no state of that departure.</returns>
    public readonly long VersionOf(int departure) => Find(departure) is >= 0 and var at ? _versions[at] : -1;

    /// <summary>Remembers the version; a lower one too, since that is what the user sees now.</summary>
    /// <returns>The version before, or -1.</returns>
    public long Replace(int departure, long version)
    {
        var at = Find(departure);
        if (at >= 0)
        {
            var before = _versions[at];
            _versions[at] = version;
            return before;
        }
        if (_departures is null || Count == _departures.Length)
        {
            Array.Resize(ref _departures, Math.Max(1, Count * 2));
            Array.Resize(ref _versions, _departures.Length);
        }
        at = ~at;
        Array.Copy(_departures, at, _departures, at + 1, Count - at);
        Array.Copy(_versions, at, _versions, at + 1, Count - at);
        (_departures[at], _versions[at]) = (departure, version);
        Count++;
        return -1;
    }

    public void Clear() => Count = 0;

    private readonly int Find(int departure) => Array.BinarySearch(_departures ?? [], 0, Count, departure);
}
