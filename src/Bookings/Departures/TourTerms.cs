namespace RealtimeTours.Bookings.Departures;

/// <summary>On what terms a tour is sold. A booking keeps those of the moment it was made.</summary>
internal sealed record TourTerms
{
    /// <summary>Per participant, in hundredths of <see cref="Currency"/>.</summary>
    public long PriceCents { get; init; }

    public string Currency { get; init; } = "";

    /// <summary>Until how many days before the start a booking can be cancelled at all.</summary>
    public int CancellationDays { get; init; }

    /// <summary>JSON, as column <c>cancellation_fees</c> of table <c>tours</c>.</summary>
    public string CancellationFees { get; init; } = "";
}
