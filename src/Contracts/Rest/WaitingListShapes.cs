namespace RealtimeTours.Contracts.Rest;

/// <summary><c>POST /api/tours/{id}/waiting-list</c>.</summary>
/// <param name="Date">The departure's start.</param>
public sealed record JoinWaitingListRequest(DateTimeOffset Date, int Participants);

public sealed record WaitingListEntry(string TourId, DateTimeOffset Date, int Participants, DateTimeOffset CreatedAt);
