using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>The waiting list of a departure. Each call runs in the transaction that changes the seats and has locked the departure's row.</summary>
/// <remarks>The public therefore never reads seats as available that are offered to somebody in line.</remarks>
public interface IWaitingLine
{
    /// <summary>Offers available seats to the parties in line, first come first served; a party that is too large is passed over.</summary>
    /// <param name="available">Available seats, above 0.</param>
    /// <param name="version">The departure's version after this commit.</param>
    /// <returns>How many seats the new offers hold.</returns>
    Task<int> OfferAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int available, long version);

    /// <returns>How many seats are held for the customer; 0 for none.</returns>
    Task<int> HeldForAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId);

    /// <returns>How many seats were held for the customer, who leaves the list. The caller must give them back.</returns>
    Task<int> LeaveAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId);
}
