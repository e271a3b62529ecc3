using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Departures;

/// <param name="Hold">How long seats are held for a payment or for a waiting-list offer.</param>
internal sealed record HoldSettings(TimeSpan Hold)
{
    public static HoldSettings Read(IConfiguration configuration) => new(TimeSpan.FromMinutes(
        configuration.Number("Bookings:HoldMinutes", "Bookings:HoldMinutes", fallback: 10, min: 0.01, max: 1_440)));
}
