using System.Globalization;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Departures;

/// <param name="Hold">How long seats are held for a payment or for a waiting-list offer.</param>
internal sealed record HoldSettings(TimeSpan Hold)
{
    private const string Minutes = "Bookings:HoldMinutes";

    public static HoldSettings Read(IConfiguration configuration)
    {
        var text = configuration[Minutes] ?? "10";
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0.01 and <= 1_440
            ? new HoldSettings(TimeSpan.FromMinutes(minutes))
            : throw new InvalidSettingException($"{Minutes} is '{text}' but must be a number from 0.01 to 1440.");
    }
}
