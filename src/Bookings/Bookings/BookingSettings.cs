using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Section <c>Bookings</c>.</summary>
/// <param name="RequestsPerMinute">How many bookings a user may ask for in the long run.</param>
/// <param name="RequestBurst">How many at once.</param>
internal sealed record BookingSettings(int RequestsPerMinute, int RequestBurst)
{
    /// <exception cref="InvalidSettingException">A value is out of range, or not a number.</exception>
    public static BookingSettings Read(IConfiguration configuration) => new(
        // A traveller books a few times a day. A travel agency's program books for many under one name, at worst a group at a time.
        configuration.WholeNumber("Bookings:RequestsPerMinute", "Bookings:RequestsPerMinute", fallback: 600, min: 1, max: 1_000_000),
        configuration.WholeNumber("Bookings:RequestBurst", "Bookings:RequestBurst", fallback: 500, min: 1, max: 1_000_000));
}
