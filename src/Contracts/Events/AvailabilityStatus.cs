namespace RealtimeTours.Contracts.Events;

/// <summary>The states of a departure, as named in events, by the hub and in REST.</summary>
public static class AvailabilityStatus
{
    public const string Available = "available";
    public const string Low = "low";
    public const string SoldOut = "sold_out";
    public const string Closed = "closed";

    /// <summary>At or below this many seats (and above 0) a departure is low.</summary>
    public const int LowThreshold = 5;

    /// <summary>At or below this many seats (and above 0) the low alert is critical.</summary>
    public const int CriticalThreshold = 2;

    public static bool IsKnown(string status) => status is Available or Low or SoldOut or Closed;

    /// <summary>The status of a seat count. A closed departure is closed whatever its count.</summary>
    public static string Of(int availableSpots, bool closed = false) => (closed, availableSpots) switch
    {
        (true, _) => Closed,
        (_, <= 0) => SoldOut,
        (_, <= LowThreshold) => Low,
        _ => Available,
    };
}
