using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Bookings.Vouchers;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Confirms, expires or fails a pending booking. Each is a compare-and-set by status (optimistic concurrency): exactly one wins.</summary>
internal sealed class PendingBookings(SeatInventory inventory, BookingSagas sagas, EventFactory events, TimeProvider time)
{
    public const string HoldExpired = "The payment did not come in time.";

    public async Task ConfirmAsync(WriteTransaction transaction, string bookingId)
    {
        var booking = await transaction.FirstOrDefaultAsync<BookingRow>($"""
            UPDATE bookings SET status = @confirmed, hold_expires_at = NULL
            WHERE id = @bookingId AND status = @pending AND hold_expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}
            RETURNING {BookingRow.Returned}
            """, new { bookingId, confirmed = BookingStatus.Confirmed, pending = BookingStatus.Pending });
        if (booking is null)
        {
            await ExpireAsync(transaction, bookingId);
            await TellAgainAsync(transaction, bookingId);
            return;
        }
        await inventory.ConfirmAsync(transaction, booking.TourId, booking.StartsAt, booking.Participants);
        transaction.Announce(events.Create(EventTypes.BookingConfirmed, booking.ToPlaced()));
        await sagas.ApplyAsync(transaction, booking.Id, new SagaEvent.BookingConfirmed());
    }

    /// <summary>Fails the booking if its hold has expired by the database's clock.</summary>
    public Task ExpireAsync(WriteTransaction transaction, string bookingId) =>
        FailAsync(transaction, bookingId, HoldExpired, $"AND hold_expires_at <= {transaction.Dialect.Clock(TimeSpan.Zero)}");

    /// <param name="reason">One sentence for the customer.</param>
    public async Task FailAsync(WriteTransaction transaction, string bookingId, string reason)
    {
        await FailAsync(transaction, bookingId, reason, "");
        await TellAgainAsync(transaction, bookingId);
    }

    // The saga asks until it knows what became of the booking. Knowing it already, it ignores this.
    private async Task TellAgainAsync(WriteTransaction transaction, string bookingId)
    {
        var status = await transaction.FirstOrDefaultAsync<string>("SELECT status FROM bookings WHERE id = @bookingId", new { bookingId });
        SagaEvent? heard = status switch
        {
            BookingStatus.Confirmed or BookingStatus.Completed or BookingStatus.NoShow => new SagaEvent.BookingConfirmed(),
            BookingStatus.Failed => new SagaEvent.BookingFailed(),
            BookingStatus.Cancelled => new SagaEvent.BookingCancelled(0),
            _ => null,
        };
        if (heard is not null) await sagas.ApplyAsync(transaction, bookingId, heard);
    }

    private async Task FailAsync(WriteTransaction transaction, string bookingId, string reason, string onlyIf)
    {
        var booking = await transaction.FirstOrDefaultAsync<BookingRow>($"""
            UPDATE bookings SET status = @failed, hold_expires_at = NULL, cancellation_reason = @reason
            WHERE id = @bookingId AND status = @pending {onlyIf} RETURNING {BookingRow.Returned}
            """, new { bookingId, reason, failed = BookingStatus.Failed, pending = BookingStatus.Pending });
        if (booking is null) return;
        await VoucherTable.GiveBackAsync(transaction, booking.VoucherCode, booking.Id);
        var now = time.GetUtcNow();
        await inventory.GiveBackAsync(transaction, booking.TourId, booking.StartsAt, booking.Participants, SeatUse.Held, now);
        transaction.Announce(events.Create(EventTypes.BookingFailed, new BookingFailed(
            booking.Id, booking.TourId, booking.UserId, booking.StartsAt, booking.Participants, booking.TotalPrice, booking.Currency, now, reason)));
        await sagas.ApplyAsync(transaction, booking.Id, new SagaEvent.BookingFailed());
    }
}
