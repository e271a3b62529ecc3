using Microsoft.AspNetCore.Mvc;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Bookings.Vouchers;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Bookings;

/// <summary><c>POST /api/bookings</c>: seats, booking, events and the answer kept under the idempotency key are written in one commit.</summary>
internal sealed class BookSeats(
    Database database, TakeSeats takeSeats, SeatInventory inventory, HoldLimit limit, BookingSagas sagas, HoldSettings settings, EventFactory events,
    TimeProvider time)
{
    private const string Route = "POST /api/bookings";
    private const int MaxPaymentMethodLength = 64;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/bookings", async (
            [FromHeader(Name = IdempotentRequest.Header)] string? idempotencyKey,
            HttpContext context, BookSeats bookSeats, CancellationToken cancellationToken) =>
        {
            if (IdempotentRequest.ReadKey(idempotencyKey).IsRefused(out var badKey, out var key)) return badKey;
            if ((await RequestBody.ReadAsync<BookSeatsRequest>(context.Request, cancellationToken))
                .IsRefused(out var badBody, out var body)) return badBody;
            if (WhatIsWrong(body) is { } sentence) return RequestBody.Invalid(sentence);

            var request = IdempotentRequest.Of(context.User.UserId(), Route, key, body);
            return await bookSeats.RunAsync(request, body, cancellationToken);
        })
        .RequireSignedIn().RequireRateLimiting(BookingRateLimit.Policy)
        .WithName("BookSeats").WithTags("Bookings")
        .Accepts<BookSeatsRequest>("application/json")
        .Produces<SuccessEnvelope<BookingAnswer>>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <returns>One sentence for the caller; null when the body is valid.</returns>
    internal static string? WhatIsWrong(BookSeatsRequest body) => body switch
    {
        _ when !RequestText.IsId(body.TourId) => $"tourId must have 1 to {EventEnvelope.MaxIdLength} characters.",
        { Participants: < 1 or > Limits.MaxParticipants } => $"participants must be a whole number from 1 to {Limits.MaxParticipants}.",
        { PaymentMethod: not null } when !RequestText.IsText(body.PaymentMethod, MaxPaymentMethodLength) =>
            $"paymentMethod must have 1 to {MaxPaymentMethodLength} characters.",
        _ when CardNumber.IsIn(body.PaymentMethod) =>
            "paymentMethod must be a token of the payment provider, such as pm_card_visa, never a card's number.",
        { VoucherCode: not null } when !RequestText.IsText(body.VoucherCode, VoucherTable.MaxCodeLength) =>
            $"voucherCode must have 1 to {VoucherTable.MaxCodeLength} characters.",
        _ => null,
    };

    /// <summary>Pure. Pending until it is paid; confirmed where it is paid at the desk, or by a voucher alone: there is nothing to charge.</summary>
    internal static BookingRow Decide(
        string bookingId, string userId, BookSeatsRequest body, TakeResult.Taken seats, Voucher? voucher, DateTimeOffset now)
    {
        var discount = seats.Terms.MemberTier is { } tier ? LoyaltyTiers.DiscountPercentage(tier) : 0;
        var total = BookingPrice.TotalMinor(seats.Terms.PriceMinor, body.Participants, discount, voucher?.AmountMinor ?? 0);
        var method = voucher is not null && total == 0 ? null : body.PaymentMethod;
        return new BookingRow
        {
            Id = bookingId, TourId = body.TourId, StartsAt = seats.StartsAt, UserId = userId, Participants = body.Participants,
            TotalMinor = total, Currency = seats.Terms.Currency, PaymentMethod = method,
            Status = method is null ? BookingStatus.Confirmed : BookingStatus.Pending, CreatedAt = now,
            CancellationDays = seats.Terms.CancellationDays, CancellationFees = seats.Terms.CancellationFees,
            DiscountPercentage = discount, VoucherCode = voucher?.Code,
        };
    }

    internal async Task<IResult> RunAsync(IdempotentRequest request, BookSeatsRequest body, CancellationToken cancellationToken)
    {
        using var own = body.PaymentMethod is null ? null : await limit.EnterAsync(request.UserId, cancellationToken);
        // A voucher is locked before the departure, and a group must not wait for it.
        var turn = body.VoucherCode is { } code
            ? await database.TryInTransactionAsync(
                request.LockName, transaction => AnswerByVoucherAsync(transaction, request, body, code), cancellationToken)
            : await database.TryInGroupAsync(
                request.LockName, row: $"{body.TourId} {body.Date.UtcDateTime:O}",
                transaction => AnswerAsync(transaction, request, body, voucher: null), cancellationToken);
        return turn is Turn<IResult>.Taken taken ? taken.Result : IdempotentRequest.InFlight;
    }

    private async Task<IResult> AnswerByVoucherAsync(
        WriteTransaction transaction, IdempotentRequest request, BookSeatsRequest body, string code)
    {
        // First of all: a request that was answered has used the voucher.
        if (await request.FindAnswerAsync(transaction) is { } kept) return request.Replay(kept);
        var now = Microseconds.Of(time.GetUtcNow());
        switch (await VoucherTable.LockAsync(transaction, code, request.UserId, body.TourId, now))
        {
            case VoucherResult.Usable usable: return await AnswerAsync(transaction, request, body, usable.Voucher);
            // Not kept under the key: of a voucher that was redeemed just now, bookings hear a moment later.
            case VoucherResult.Unknown: return VoucherTable.NotFound.ToResult();
            case VoucherResult.Refused refused:
                var answer = KeptAnswer.Refused(refused.Why);
                request.Keep(transaction, answer, now);
                return answer.ToResult();
            case var other: throw new InvalidOperationException($"{other} is no result.");
        }
    }

    private async Task<IResult> AnswerAsync(WriteTransaction transaction, IdempotentRequest request, BookSeatsRequest body, Voucher? voucher)
    {
        var now = Microseconds.Of(time.GetUtcNow());
        var use = body.PaymentMethod is null ? SeatUse.Confirmed : SeatUse.Held;
        if (use == SeatUse.Held
            && await limit.WhyNotAsync(transaction, request.UserId, body.TourId, body.Date, body.Participants) is { } tooMany)
            return await request.FindAnswerAsync(transaction) is { } kept ? request.Replay(kept) : Keep(KeptAnswer.Refused(tooMany));
        switch (await takeSeats.RunAsync(transaction, request, body.TourId, body.Date, body.Participants, use, now))
        {
            case TakeResult.Taken seats: return Keep(await BookAsync(transaction, request.UserId, body, seats, voucher, use, now));
            case TakeResult.Refused refused: return Keep(KeptAnswer.Refused(refused.Why));
            case TakeResult.Repeated repeated: return request.Replay(repeated.Answer);
            case var other: throw new InvalidOperationException($"{other} is no result.");
        }

        IResult Keep(KeptAnswer answer)
        {
            request.Keep(transaction, answer, now);
            return answer.ToResult();
        }
    }

    private async Task<KeptAnswer> BookAsync(
        WriteTransaction transaction, string userId, BookSeatsRequest body, TakeResult.Taken seats, Voucher? voucher, SeatUse use, DateTimeOffset now)
    {
        var booking = Decide(Ids.New("bkg_"), userId, body, seats, voucher, now);
        // The price is known only with the seats: those of a booking that turns out to cost nothing are not held for a payment.
        if (use == SeatUse.Held && booking.Status == BookingStatus.Confirmed)
            await inventory.ConfirmAsync(transaction, booking.TourId, booking.StartsAt, booking.Participants);
        if (voucher is not null)
        {
            if (voucher.Currency != booking.Currency) throw new InvalidOperationException($"{booking.TourId} has just got another currency.");
            VoucherTable.Use(transaction, voucher, booking.Id, now);
        }
        Save(transaction, booking);
        return KeptAnswer.Created($"/api/bookings/{booking.Id}", new SuccessEnvelope<BookingAnswer>(new BookingAnswer(booking.ToView())));
    }

    private void Save(WriteTransaction transaction, BookingRow booking)
    {
        var pending = booking.Status == BookingStatus.Pending;
        transaction.Defer($"""
            INSERT INTO bookings (id, tour_id, starts_at, user_id, participants, total_minor, currency, status, payment_method, created_at,
                                  cancellation_days, cancellation_fees, discount_percentage, voucher_code, hold_expires_at)
            VALUES (@Id, @TourId, @StartsAt, @UserId, @Participants, @TotalMinor, @Currency, @Status, @PaymentMethod, @CreatedAt,
                    @CancellationDays, @CancellationFees, @DiscountPercentage, @VoucherCode,
                    {(pending ? transaction.Dialect.Clock(settings.Hold) : "NULL")})
            """, booking);
        transaction.Announce(events.Create(EventTypes.BookingCreated, booking.ToPlaced()));
        if (pending) sagas.Start(transaction, booking.ToPay(payBy: time.GetUtcNow() + settings.Hold));
        else transaction.Announce(events.Create(EventTypes.BookingConfirmed, booking.ToPlaced()));
    }
}
