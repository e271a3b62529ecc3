using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Bookings.Vouchers;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Bookings;

/// <summary><c>POST /api/bookings/{id}/cancel</c>: gives the seats back once; a confirmed booking only before its cancellation deadline.</summary>
internal sealed class CancelBooking(
    Database database, SeatInventory inventory, BookingSagas sagas, EventFactory events, TimeProvider time)
{
    private const int MaxReasonLength = 500;
    private const string NoReason = "Cancelled by the customer.";
    private const string RefundPending = "pending";
    private const string RefundNone = "none";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/bookings/{id}/cancel", async (
            string id, HttpContext context, CancelBooking cancel, CancellationToken cancellationToken) =>
        {
            if (!RequestText.IsId(id)) return ReadBookings.NotFound.ToResult();
            if ((await RequestBody.ReadOrAsync(context.Request, new CancelBookingRequest(), cancellationToken))
                .IsRefused(out var badBody, out var body)) return badBody;
            if (body.Reason is { } reason && !RequestText.IsText(reason, MaxReasonLength))
                return RequestBody.Invalid($"reason must have 1 to {MaxReasonLength} characters.");
            if (CardNumber.IsIn(body.Reason)) return RequestBody.Invalid("reason must not contain a card's number.");
            return await cancel.RunAsync(id, context.User.UserId(), body.Reason ?? NoReason, cancellationToken);
        })
        .RequireSignedIn()
        .WithName("CancelBooking").WithTags("Bookings")
        .Accepts<CancelBookingRequest>(isOptional: true, "application/json")
        .Produces<SuccessEnvelope<CancelledBooking>>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal Task<IResult> RunAsync(string id, string userId, string reason, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            transaction => CancelAsync(transaction, id, userId, reason, Microseconds.Of(time.GetUtcNow())), cancellationToken);

    private async Task<IResult> CancelAsync(WriteTransaction transaction, string id, string userId, string reason, DateTimeOffset now)
    {
        var booking = await transaction.FirstOrDefaultAsync<CancellableBooking>("""
            SELECT b.id AS Id, b.tour_id AS TourId, b.starts_at AS StartsAt, b.participants AS Participants, b.total_minor AS TotalMinor,
                   b.currency AS Currency, b.status AS Status, b.cancellation_days AS CancellationDays, b.cancellation_fees AS CancellationFees,
                   b.voucher_code AS VoucherCode, t.time_zone AS TimeZone
            FROM bookings b JOIN tours t ON t.id = b.tour_id WHERE b.id = @id AND b.user_id = @userId
            """, new { id, userId });
        var decision = Decide(booking, now);
        if (decision is CancelDecision.Refuse refused) return refused.Why.ToResult();
        var terms = (CancelDecision.Cancel)decision;

        // Optimistic concurrency: compare-and-set by status. Of two cancellations at once, the second finds the status changed and decides again.
        var changed = await transaction.ExecuteAsync("""
            UPDATE bookings SET status = @cancelled, cancelled_at = @now, cancellation_reason = @reason, hold_expires_at = NULL
            WHERE id = @id AND status = @before
            """, new { id, now, reason, cancelled = BookingStatus.Cancelled, before = booking!.Status });
        if (changed == 0) return await CancelAsync(transaction, id, userId, reason, now); // another transaction confirmed, failed or cancelled it

        await VoucherTable.GiveBackAsync(transaction, booking.VoucherCode, booking.Id);
        var use = booking.Status == BookingStatus.Pending ? SeatUse.Held : SeatUse.Confirmed;
        await inventory.GiveBackAsync(transaction, booking.TourId, booking.StartsAt, booking.Participants, use, now);
        var refund = await sagas.CancelAsync(transaction, booking.Id, booking.TotalMinor - terms.FeeMinor);
        var cancelled = new BookingCancelled(
            booking.Id, booking.TourId, userId, booking.StartsAt, booking.Participants, booking.Money(booking.TotalMinor), booking.Currency, now,
            reason, booking.Money(refund), refund == 0 ? RefundNone : RefundPending, terms.DaysBefore, booking.Money(terms.FeeMinor));
        transaction.Announce(events.Create(EventTypes.BookingCancelled, cancelled));
        return TypedResults.Ok(new SuccessEnvelope<CancelledBooking>(new CancelledBooking(
            booking.Id, booking.TourId, BookingStatus.Cancelled, cancelled.RefundAmount, cancelled.RefundStatus, cancelled.CancellationFee,
            cancelled.Currency, now)));
    }

    /// <summary>Pure: the deadline and the fee, by the terms of the moment of booking. A pending booking can always be given up, for free.</summary>
    internal static CancelDecision Decide(CancellableBooking? booking, DateTimeOffset now)
    {
        if (booking is null) return new CancelDecision.Refuse(ReadBookings.NotFound);
        if (booking.Status == BookingStatus.Cancelled) return new CancelDecision.Refuse(AlreadyCancelled);
        if (booking.Status is not (BookingStatus.Confirmed or BookingStatus.Pending))
            return new CancelDecision.Refuse(new Refusal(409, "not_cancellable", $"A booking that is {booking.Status} cannot be cancelled."));
        var daysBefore = TourZone.DaysBetween(now, booking.StartsAt, TourZone.Of(booking.TimeZone));
        if (booking.Status == BookingStatus.Pending) return new CancelDecision.Cancel(daysBefore, FeeMinor: 0);
        var policy = CancellationPolicy.Read(booking.CancellationDays, booking.CancellationFees);
        if (now >= booking.StartsAt || daysBefore < policy.MinimumDays)
            return new CancelDecision.Refuse(new Refusal(
                409, "past_deadline", $"This tour can be cancelled until {policy.MinimumDays} days before it starts; that is over."));
        return new CancelDecision.Cancel(daysBefore, policy.FeeMinor(booking.TotalMinor, daysBefore));
    }

    private static Refusal AlreadyCancelled => new(409, "already_cancelled", "This booking is already cancelled.");
}

internal abstract record CancelDecision
{
    private CancelDecision()
    {
    }

    public sealed record Cancel(int DaysBefore, long FeeMinor) : CancelDecision;

    public sealed record Refuse(Refusal Why) : CancelDecision;
}

internal sealed class CancellableBooking
{
    public string Id { get; set; } = "";
    public string TourId { get; set; } = "";
    public DateTimeOffset StartsAt { get; set; }
    public int Participants { get; set; }
    public long TotalMinor { get; set; }
    public string Currency { get; set; } = "";
    public string Status { get; set; } = "";
    public int CancellationDays { get; set; }
    public string CancellationFees { get; set; } = CancellationPolicy.NoFees;
    public string? TimeZone { get; set; }
    public string? VoucherCode { get; set; }

    public decimal Money(long minor) => Currencies.FromMinor(minor, Currency);
}
