using RealtimeTours.Contracts.Events;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Tests.RealtimeHub;

/// <summary>Short ways to write down departures' states.</summary>
internal static class States
{
    public static readonly DateTimeOffset Noon = new(2026, 2, 10, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Departure = new(2026, 7, 1, 8, 0, 0, TimeSpan.Zero);

    /// <param name="at">Seconds after <see cref="Noon"/>.</param>
    public static DepartureState State(
        string tour, int spots, long? version = null, double at = 0, string? id = null, DateTimeOffset? date = null, int? capacity = null,
        int? previous = null) =>
        new(tour, date ?? Departure, spots, previous, capacity, AvailabilityStatus.Of(spots), version, Noon.AddSeconds(at), "test",
            id ?? Guid.NewGuid().ToString("N"));
}
