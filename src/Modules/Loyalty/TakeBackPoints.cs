using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>A booking was cancelled: what it earned goes back, and one whose completion comes later earns nothing.</summary>
internal sealed class TakeBackPoints(EventFactory events, TimeProvider time)
{
    /// <exception cref="PermanentFailureException">Another user completed the booking.</exception>
    public async Task RunAsync(WriteTransaction transaction, BookingCancelled booking)
    {
        EventRules.Id(booking.BookingId, "data.bookingId");
        EventRules.Id(booking.UserId, "data.userId");
        var heard = await transaction.FirstOrDefaultAsync<HeardBooking>("""
            INSERT INTO loyalty_bookings (booking_id, user_id, earned, cancelled) VALUES (@BookingId, @UserId, 0, TRUE)
            ON CONFLICT (booking_id) DO UPDATE SET cancelled = TRUE WHERE NOT loyalty_bookings.cancelled
            RETURNING user_id AS UserId, earned AS Earned
            """, new { booking.BookingId, booking.UserId });
        if (heard is null or { Earned: 0 }) return; // cancelled before, or nothing to take back
        if (heard.UserId != booking.UserId)
            throw new PermanentFailureException(
                $"Booking {booking.BookingId} was completed by another user than data.userId: nothing is taken back.");

        var now = time.GetUtcNow();
        var (after, taken) = (await AccountTable.LockAsync(transaction, booking.UserId, now)).TakeBack(heard.Earned, now);
        AccountTable.Write(transaction, after, taken == 0 ? null : new PointsTransaction(
            PointsTransactionTypes.Canceled, -taken, PointsReasons.BookingCancelled, booking.BookingId, booking.TourId));
        // Told even where all were spent: the tier may have changed.
        transaction.Announce(events.Create(EventTypes.LoyaltyPointsDeducted, new LoyaltyPointsDeducted(
            after.UserId, after.Id, taken, after.TotalPoints, after.TierName, DeductionReasons.BookingCancelled, after.AsOf, booking.BookingId)));
    }

    private sealed class HeardBooking
    {
        public string UserId { get; set; } = "";
        public int Earned { get; set; }
    }
}
