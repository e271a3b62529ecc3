namespace RealtimeTours.Contracts.Rest;

/// <summary><c>POST /api/tours/{id}/waiting-list</c>.</summary>
/// <param name="Date">The departure's start.</param>
public sealed record JoinWaitingListRequest(DateTimeOffset Date, int Participants)
{
    public DateTimeOffset Date { get; } = Microseconds.Of(Date);
}

/// <param name="OfferExpiresAt">Until when seats are held for this party, which can book them now; null while the party waits.</param>
/// <param name="OfferedSeats">Seats held for it until then, 0 while it waits: fewer than its participants where it was passed over often.</param>
/// <param name="PassedOver">How often smaller parties behind it were offered seats that did not suffice for it.</param>
public sealed record WaitingListEntry(
    string TourId, DateTimeOffset Date, int Participants, DateTimeOffset CreatedAt, DateTimeOffset? OfferExpiresAt = null, int OfferedSeats = 0,
    int PassedOver = 0);

/// <summary><c>GET /api/tours/{id}/waiting-list</c>: the caller's own entries for a tour's departures.</summary>
public sealed record OwnWaitingListEntries(IReadOnlyList<WaitingListEntry> Entries);
