using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>
/// Those who wait for seats of a departure, as the inventory sees them. Seats that come back, whoever freed them, are theirs first, in the transaction that freed them:
/// the public never reads a figure with seats that are already somebody's. Every call is made with the departure's row locked.
/// </summary>
public interface IWaitingLine
{
    /// <summary>Offers available seats to the parties in line, first come first served, each one that fits.</summary>
    /// <param name="available">Seats that are available, above 0.</param>
    /// <param name="version">The departure's version with this commit.</param>
    /// <returns>How many seats are held for them now.</returns>
    Task<int> OfferAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int available, long version);

    /// <returns>How many seats are held for the customer; 0 where none are.</returns>
    Task<int> HeldForAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId);

    /// <summary>Takes the customer off the list.</summary>
    /// <returns>How many seats were held for them, and still count as held: the caller gives them back.</returns>
    Task<int> LeaveAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId);
}
