namespace RealtimeTours.Contracts.Events;

/// <summary>Whether the party of a booking came, and who says so.</summary>
public static class Attendance
{
    public const string Confirmed = "confirmed";
    public const string NoShow = "no_show";

    public const string ByGuide = "guide_confirmation";

    /// <summary>Nobody spoke of the booking until 02:00 of the day after.</summary>
    public const string Automatic = "automatic";
}
