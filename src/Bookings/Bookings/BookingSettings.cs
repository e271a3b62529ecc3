using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Section <c>Bookings</c>: the rate limit of bookings per user, as the refill per minute and the size of the token bucket.</summary>
internal sealed record BookingSettings(int RequestsPerMinute, int RequestBurst)
{
    public static BookingSettings Read(IConfiguration configuration) => new(
        // A traveller books a few times a day; a travel agency books for many people under one user, at worst a whole group at a time.
        configuration.WholeNumber("Bookings:RequestsPerMinute", "Bookings:RequestsPerMinute", fallback: 600, min: 1, max: 1_000_000),
        configuration.WholeNumber("Bookings:RequestBurst", "Bookings:RequestBurst", fallback: 500, min: 1, max: 1_000_000));
}
