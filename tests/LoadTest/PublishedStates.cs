using System.Text.Json;
using RealtimeTours.LoadTest.Watchers;

namespace RealtimeTours.LoadTest;

/// <param name="Departure">See <see cref="Departures.KeyOf"/>.</param>
/// <param name="Version">Every connection that watches the tour must have this version, or a higher one.</param>
internal readonly record struct ExpectedState(ulong Departure, int Tour, long Version);

/// <summary>What the test has published: the last version of each tour. Versions go up by one, and the seats follow from the version.</summary>
internal sealed class PublishedStates(TourNames tours)
{
    // So that a second test on the same tours goes on above the first.
    private readonly long _first = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private readonly long[] _counts = new long[tours.Count];

    public long Events => _counts.Sum();

    public long CountOf(int tour) => _counts[tour];

    public (long Version, int Spots) Next(int tour)
    {
        var version = _first + ++_counts[tour];
        return (version, SpotsOf(version));
    }

    /// <summary>Whether a state that was received is one that was published.</summary>
    public bool Agrees(int tour, long version, long spots) =>
        version <= _first || (version <= _first + Volatile.Read(ref _counts[tour]) && spots == SpotsOf(version));

    public IReadOnlyList<ExpectedState> Last() =>
        [.. from tour in Enumerable.Range(0, tours.Count)
            where _counts[tour] > 0
            select new ExpectedState(Departures.KeyOf(JsonEncodedText.Encode(tours[tour]).EncodedUtf8Bytes, default), tour, _first + _counts[tour])];

    private static int SpotsOf(long version) => (int)(version % 97) + 10;
}
