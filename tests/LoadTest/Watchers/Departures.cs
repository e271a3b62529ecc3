using RealtimeTours.LoadTest.Wire;

namespace RealtimeTours.LoadTest.Watchers;

/// <summary>Numbers the departures that one loop has seen, and knows the highest version of each.</summary>
internal sealed class Departures(TourNames tours)
{
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<(ulong Key, int Tour, long Highest)> _seen = [];

    /// <summary>Per departure its tour and the highest version that any connection of this loop was given.</summary>
    public IReadOnlyList<(ulong Key, int Tour, long Highest)> Seen => _seen;

    /// <summary>The same for all loops.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> tourId, ReadOnlySpan<byte> date) => TourNames.Hash(date, TourNames.Hash(tourId));

    public int NumberOf(ulong key) => _numbers.GetValueOrDefault(key, -1);

    /// <returns>-1 for a tour that is not of this run.</returns>
    public int NumberOf(in ScannedUpdate update)
    {
        var key = KeyOf(update.TourId, update.Date);
        if (!_numbers.TryGetValue(key, out var number))
        {
            var tour = tours.IndexOf(update.TourId);
            if (tour < 0) return -1;
            _numbers[key] = number = _seen.Count;
            _seen.Add((key, tour, -1));
        }
        var seen = _seen[number];
        if (update.Version > seen.Highest) _seen[number] = seen with { Highest = update.Version };
        return number;
    }
}
