using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Section <c>Bookings</c>.</summary>
/// <param name="RequestsPerMinute">The rate limit of bookings per user.</param>
/// <param name="RequestBurst">The size of its token bucket.</param>
/// <param name="MaxHolds">The most bookings of one user that wait for their payment.</param>
/// <param name="MaxHoldsPerDeparture">Of these, the most on one departure.</param>
/// <param name="MaxHeldSeats">The most seats of all of them.</param>
internal sealed record BookingSettings(int RequestsPerMinute, int RequestBurst, int MaxHolds, int MaxHoldsPerDeparture, int MaxHeldSeats)
{
    public static BookingSettings Read(IConfiguration configuration) => new(
        // A traveller books a few times a day; a travel agency books for many people under one user, at worst a whole group at a time.
        configuration.WholeNumber("Bookings:RequestsPerMinute", "Bookings:RequestsPerMinute", fallback: 600, min: 1, max: 1_000_000),
        configuration.WholeNumber("Bookings:RequestBurst", "Bookings:RequestBurst", fallback: 500, min: 1, max: 1_000_000),
        configuration.WholeNumber("Bookings:MaxHolds", "Bookings:MaxHolds", fallback: 3, min: 1, max: 1_000_000),
        configuration.WholeNumber("Bookings:MaxHoldsPerDeparture", "Bookings:MaxHoldsPerDeparture", fallback: 3, min: 1, max: 1_000_000),
        configuration.WholeNumber("Bookings:MaxHeldSeats", "Bookings:MaxHeldSeats", fallback: 20, min: 1, max: 1_000_000));
}
