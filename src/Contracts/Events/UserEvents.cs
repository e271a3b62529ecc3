namespace RealtimeTours.Contracts.Events;

/// <summary><see cref="EventTypes.UserRegistered"/> and <see cref="EventTypes.UserUpdated"/>: how to address a user.</summary>
/// <param name="Language">Such as <c>en</c> or <c>fr</c>; null if unknown.</param>
/// <param name="Phone">In the form +33612345678 (E.164); null if unknown.</param>
public sealed record UserRegistered(string UserId, string Email, string Name, string? Language = null, string? Phone = null) : IOfUser;
