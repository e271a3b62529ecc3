namespace RealtimeTours.Bookings.Departures;

/// <summary>The terms a tour is sold on to a customer. A booking keeps those of its moment.</summary>
internal sealed record TourTerms
{
    /// <summary>Per participant, in minor units of <see cref="Currency"/>.</summary>
    public long PriceMinor { get; init; }

    public string Currency { get; init; } = "";

    /// <summary>Bookings can be cancelled until this many days before the start.</summary>
    public int CancellationDays { get; init; }

    /// <summary>JSON, see <see cref="Tours.CancellationPolicy"/>.</summary>
    public string CancellationFees { get; init; } = "";

    /// <summary>The customer's tier, see <see cref="LoyaltyTiers"/>; null for none.</summary>
    public string? MemberTier { get; init; }
}
