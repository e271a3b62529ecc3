using System.Globalization;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Section <c>Bookings</c>.</summary>
/// <param name="Hold">How long seats wait for a payment, or for somebody of the waiting list.</param>
/// <param name="RequestsPerMinute">How many bookings a user may ask for in the long run.</param>
/// <param name="RequestBurst">How many at once.</param>
internal sealed record BookingSettings(TimeSpan Hold, int RequestsPerMinute, int RequestBurst)
{
    private const string HoldMinutes = "Bookings:HoldMinutes";

    /// <exception cref="InvalidSettingException">A value is out of range, or not a number.</exception>
    public static BookingSettings Read(IConfiguration configuration) => new(
        Minutes(configuration[HoldMinutes] ?? "10"),
        // A traveller books a few times a day. A travel agency's program books for many under one name, at worst a group at a time.
        configuration.WholeNumber("Bookings:RequestsPerMinute", "Bookings:RequestsPerMinute", fallback: 600, min: 1, max: 1_000_000),
        configuration.WholeNumber("Bookings:RequestBurst", "Bookings:RequestBurst", fallback: 500, min: 1, max: 1_000_000));

    private static TimeSpan Minutes(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0.01 and <= 1_440
            ? TimeSpan.FromMinutes(minutes)
            : throw new InvalidSettingException($"{HoldMinutes} is '{text}' but must be a number from 0.01 to 1440.");
}
