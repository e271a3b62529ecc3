using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Modules.Loyalty;

namespace RealtimeTours.Tests.Bookings.Vouchers;

/// <summary>A tour costs 12.50 EUR. Bookings hear of vouchers by the event alone.</summary>
public abstract class VoucherSpecs(LoyaltyWeb web)
{
    private const string Card = "pm_card_visa", Silent = "pm_card_never", Declined = "pm_card_chargeDeclined";
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);
    private readonly string _ada = Ids.New("ada-");

    [Fact]
    public async Task A_voucher_lowers_the_price_once_and_its_code_may_be_typed_anyhow()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(10));
        var answer = await BookAsync(tour, $"  {code.ToLowerInvariant()} ", 2);
        answer.Status.ShouldBe(201);
        (answer.Booking.TotalPrice, answer.Booking.VoucherCode, answer.Booking.DiscountPercentage).ShouldBe((15, code, 0));
        (await OwnAsync(answer.Booking.Id)).ShouldBe(answer.Booking);
        var again = await BookAsync(tour, code);
        (again.Status, again.Code).ShouldBe((409, "voucher_used"));
        await Eventually.ShouldBeTrueAsync(() => web.EventsOfBooking(answer.Booking.Id).Count == 2);
        web.EventsOfBooking(answer.Booking.Id).ShouldAllBe(e => e.Data.GetProperty("totalPrice").GetDecimal() == 15);
    }

    [Fact]
    public async Task Of_two_bookings_at_once_with_one_code_one_gets_it()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(10));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => BookAsync(tour, code)));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Code == "voucher_used");
        (await SeatsLeftAsync(tour)).ShouldBe(9 - 1);
    }

    [Fact]
    public async Task The_same_request_again_gets_the_first_answer_and_uses_nothing_more()
    {
        var (tour, code, key) = (await TourAsync(), await VoucherAsync(10), Guid.NewGuid().ToString());
        var first = await BookAsync(tour, code, key: key);
        var again = await BookAsync(tour, code, key: key);
        (again.Status, again.Body.ToString()).ShouldBe((201, first.Body.ToString()));
        again.Message.Headers.Contains(IdempotentRequest.ReplayedHeader).ShouldBeTrue();
        using var ada = web.SignedIn(_ada);
        (await ada.BookAsync(tour, Soon, 1, key)).Code.ShouldBe("idempotency_key_reused"); // without the voucher it is another request
    }

    [Fact]
    public async Task A_voucher_comes_back_whole_when_its_booking_is_cancelled_and_only_money_is_refunded()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(10));
        var booking = (await BookAsync(tour, code, 2, Card)).Booking;
        await EndsAsync(booking, BookingStatus.Confirmed);
        using var ada = web.SignedIn(_ada);
        var cancelled = (await ada.CancelAsync(booking.Id)).Data.Deserialize<CancelledBooking>(WireJson.Options)!;
        (cancelled.RefundAmount, cancelled.RefundStatus).ShouldBe((15, "pending"));

        (await BookAsync(tour, code)).Booking.TotalPrice.ShouldBe(2.5m);
        (await ada.CancelAsync(booking.Id)).Code.ShouldBe("already_cancelled");
        (await BookAsync(tour, code)).Code.ShouldBe("voucher_used"); // the first booking has given back its own use alone
    }

    [Fact]
    public async Task It_comes_back_when_the_payment_is_declined()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(10));
        await EndsAsync((await BookAsync(tour, code, 2, Declined)).Booking, BookingStatus.Failed);
        (await BookAsync(tour, code)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task It_comes_back_when_nobody_pays()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(10));
        var booking = (await BookAsync(tour, code, 2, Silent)).Booking;
        (await BookAsync(tour, code)).Code.ShouldBe("voucher_used"); // while it may still be paid
        await web.ExecuteAsync("UPDATE bookings SET hold_expires_at = @past WHERE id = @Id", new { booking.Id, past = TestWeb.InDays(-1) });
        await EndsAsync(booking, BookingStatus.Failed);
        (await BookAsync(tour, code)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_cheaper_booking_uses_it_up_and_is_confirmed_at_once_with_nothing_to_pay()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(50));
        var booking = (await BookAsync(tour, code, 2, Card)).Booking;
        (booking.Status, booking.TotalPrice).ShouldBe((BookingStatus.Confirmed, 0));
        (await SeatsLeftAsync(tour)).ShouldBe(7);
        (await web.CountAsync("SELECT COUNT(*) FROM booking_sagas WHERE booking_id = @Id", new { booking.Id })).ShouldBe(0);
        (await web.CountAsync("SELECT confirmed * 100 + held FROM departures WHERE tour_id = @tour", new { tour })).ShouldBe(200);
        using var ada = web.SignedIn(_ada);
        (await ada.CancelAsync(booking.Id)).Data.GetProperty("refundStatus").GetString().ShouldBe("none");
        (await SeatsLeftAsync(tour)).ShouldBe(9);
        (await BookAsync(tour, code, 5)).Booking.TotalPrice.ShouldBe(12.5m);
    }

    [Fact]
    public async Task A_refused_booking_leaves_the_voucher_free()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(10));
        (await BookAsync(tour, code, 10)).Code.ShouldBe("not_enough_spots");
        (await BookAsync("nothing", code)).Code.ShouldBe("no_such_tour");
        (await BookAsync(tour, code)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Who_was_too_quick_for_the_vouchers_event_books_with_the_same_key_a_moment_later()
    {
        var (tour, key, code) = (await TourAsync(), Guid.NewGuid().ToString(), Ids.New("RT-").ToUpperInvariant());
        (await BookAsync(tour, code, key: key)).Code.ShouldBe("voucher_unknown");
        await HearAsync(EventTypes.LoyaltyRewardRedeemed, Redeemed(code, 10));
        (await BookAsync(tour, code, key: key)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_voucher_that_is_not_ones_own_expired_or_in_another_currency_is_refused_and_nothing_is_booked()
    {
        var tour = await TourAsync();
        (await BookAsync(tour, "RT-NONE")).Code.ShouldBe("voucher_unknown");
        (await BookAsync(tour, await VoucherAsync(10, user: "eve"))).Code.ShouldBe("voucher_unknown");
        (await BookAsync(tour, await VoucherAsync(10, expiresAt: TestWeb.InDays(-1)))).Code.ShouldBe("voucher_expired");
        var yen = await BookAsync(tour, await VoucherAsync(1_000, "JPY"));
        (yen.Status, yen.Code, yen.Body.GetProperty("error").GetString())
            .ShouldBe((409, "voucher_currency", "This voucher is in JPY; the tour is sold in EUR."));
        foreach (var code in new[] { "", " ", new string('x', 65), "a\u0001b" }) (await BookAsync(tour, code)).Status.ShouldBe(422, code);
        using var ada = web.SignedIn(_ada);
        (await ada.BookAsync(new { tourId = tour, date = Soon, participants = 1, voucherCode = 5 }, "k")).Status.ShouldBe(422);
        (await SeatsLeftAsync(tour)).ShouldBe(9);
    }

    [Fact]
    public async Task The_tiers_discount_comes_before_the_voucher_and_is_rounded_to_the_currencys_minor_unit()
    {
        var tour = await TourAsync();
        var yen = await TourAsync();
        await web.ExecuteAsync("UPDATE tours SET price_minor = 999, currency = 'JPY' WHERE id = @yen", new { yen });
        await TierAsync("silver");
        await EveryWayAsync(tour, 1, 11.88m, 5);  // 11.875, away from zero
        await EveryWayAsync(tour, 2, 23.75m, 5);
        await EveryWayAsync(yen, 1, 949, 5);      // 949.05
        (await BookAsync(tour, await VoucherAsync(10))).Booking.TotalPrice.ShouldBe(1.88m);
        await TierAsync("diamond");               // a tier that is not known here
        await EveryWayAsync(tour, 1, 12.5m, 0);

        // On the fast path, and where the seats of a waiting-list offer are taken.
        async Task EveryWayAsync(string tourId, int seats, decimal price, int discount)
        {
            var booking = (await BookAsync(tourId, code: null, seats)).Booking;
            (booking.TotalPrice, booking.DiscountPercentage).ShouldBe((price, discount));
        }
    }

    [Fact]
    public async Task Who_is_offered_seats_from_the_waiting_list_gets_the_discount_too()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 2, 2));
        using var bob = web.SignedIn("bob");
        using var ada = web.SignedIn(_ada);
        var bobs = (await bob.BookAsync(tour, Soon, 2)).Booking;
        (await ada.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/waiting-list", new { date = Soon, participants = 2 })).Status.ShouldBe(201);
        (await bob.CancelAsync(bobs.Id)).Status.ShouldBe(200);
        await TierAsync("platinum");
        (await BookAsync(tour, code: null, 2)).Booking.TotalPrice.ShouldBe(21.25m);
    }

    [Fact]
    public async Task The_newest_word_about_a_tier_counts_whatever_order_the_events_come_in()
    {
        var (tour, now) = (await TourAsync(), DateTimeOffset.UtcNow);
        await TierAsync("gold", now);
        await TierAsync("silver", now.AddMinutes(-1)); // late
        (await BookAsync(tour, code: null)).Booking.DiscountPercentage.ShouldBe(10);
        await HearAsync(EventTypes.LoyaltyPointsDeducted, new LoyaltyPointsDeducted(
            _ada, "acc_1", 5, 0, "bronze", DeductionReasons.BookingCancelled, now.AddSeconds(1)));
        await TierAsync("gold", now); // twice
        (await BookAsync(tour, code: null)).Booking.DiscountPercentage.ShouldBe(0);
    }

    [Fact]
    public async Task A_code_that_is_told_twice_or_again_after_its_use_stays_as_it_is()
    {
        var (tour, code) = (await TourAsync(), await VoucherAsync(10));
        await HearAsync(EventTypes.LoyaltyRewardRedeemed, Redeemed(code, 99));
        (await BookAsync(tour, code)).Booking.TotalPrice.ShouldBe(2.5m);
        await HearAsync(EventTypes.LoyaltyRewardRedeemed, Redeemed(code, 10));
        (await BookAsync(tour, code)).Code.ShouldBe("voucher_used");
        await HearAsync(EventTypes.LoyaltyRewardRedeemed, Redeemed(code, 10) with { VoucherCode = null }); // a reward of another kind
    }

    [Theory]
    [InlineData("amount", "0", "data.amount must be above 0")]
    [InlineData("amount", "12.345", "data.amount must be above 0")]
    [InlineData("amount", "1e25", "data.amount must be above 0")]
    [InlineData("currency", "\"XXQ\"", "data.currency must be")]
    [InlineData("currency", "null", "data.currency must be")]
    [InlineData("expiresAt", "null", "data.expiresAt is missing")]
    [InlineData("voucherCode", "\"  \"", "data.voucherCode must have")]
    public async Task An_event_that_makes_no_voucher_is_a_dead_letter_that_says_why(string field, string value, string reason)
    {
        var data = JsonSerializer.SerializeToNode(Redeemed(Ids.New("rt-"), 10), WireJson.EventOptions)!;
        data[field] = System.Text.Json.Nodes.JsonNode.Parse(value);
        var eventId = Ids.New("evt_");
        await web.PublishAsync(EventTypes.LoyaltyRewardRedeemed, data, eventId);
        (await web.ReasonOfDeadLetterAsync(EventConsumers.Vouchers, eventId)).ShouldStartWith(reason);
    }

    [Fact]
    public async Task A_tier_from_the_future_is_refused_since_it_would_be_the_last_word()
    {
        var eventId = Ids.New("evt_");
        await web.PublishAsync(EventTypes.LoyaltyTierUpgraded, new LoyaltyTierUpgraded(_ada, "gold", "platinum", 1, TestWeb.InDays(1)), eventId);
        (await web.ReasonOfDeadLetterAsync(EventConsumers.Vouchers, eventId)).ShouldBe("data.upgradedAt is in the future.");
    }

    [Fact]
    public async Task From_points_to_a_cheaper_booking_nobody_needs_to_do_more_than_redeem()
    {
        var tour = await TourAsync();
        await web.EarnAsync(_ada, 600); // silver
        using var ada = web.SignedIn(_ada);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/loyalty/rewards/voucher-eur-10/redeem");
        request.Headers.Add(IdempotentRequest.Header, Guid.NewGuid().ToString());
        var code = (await Answer.ReadAsync(await ada.SendAsync(request))).Data.GetProperty("voucher").GetProperty("code").GetString()!;
        await Eventually.ShouldBeTrueAsync(async () => await web.CountAsync("SELECT COUNT(*) FROM vouchers WHERE code = @code", new { code }) == 1);
        var booking = (await BookAsync(tour, code, 2)).Booking;
        (booking.TotalPrice, booking.DiscountPercentage).ShouldBe((13.75m, 5)); // 25 − 1.25 − 10
    }

    private Task<string> TourAsync() => web.AddTourAsync(departures: (Soon, 9, 9));

    private async Task<string> VoucherAsync(decimal amount, string currency = "EUR", string? user = null, DateTimeOffset? expiresAt = null)
    {
        var code = Ids.New("RT-").ToUpperInvariant();
        await HearAsync(EventTypes.LoyaltyRewardRedeemed, Redeemed(code, amount, currency) with
        {
            UserId = user ?? _ada, ExpiresAt = expiresAt ?? TestWeb.InDays(9),
        });
        return code;
    }

    private LoyaltyRewardRedeemed Redeemed(string code, decimal amount, string currency = "EUR") =>
        new(_ada, "reward", 300, 0, DateTimeOffset.UtcNow, code, amount, currency, TestWeb.InDays(9));

    private Task TierAsync(string tier, DateTimeOffset? at = null) => HearAsync(
        EventTypes.LoyaltyTierUpgraded, new LoyaltyTierUpgraded(_ada, "bronze", tier, 1, at ?? DateTimeOffset.UtcNow));

    private Task HearAsync(string eventType, object data) => web.HappensAsync(eventType, data, EventConsumers.Vouchers);

    private async Task<Answer> BookAsync(string tour, string? code, int seats = 1, string? card = null, string? key = null)
    {
        using var ada = web.SignedIn(_ada);
        return await ada.BookAsync(
            new { tourId = tour, date = Soon, participants = seats, paymentMethod = card, voucherCode = code }, key ?? Guid.NewGuid().ToString());
    }

    private async Task<BookingView> OwnAsync(string id)
    {
        using var ada = web.SignedIn(_ada);
        return (await ada.GetAnswerAsync($"/api/bookings/{id}")).Booking;
    }

    private Task EndsAsync(BookingView booking, string status) =>
        Eventually.ShouldBeTrueAsync(async () => (await OwnAsync(booking.Id)).Status == status);

    private async Task<int> SeatsLeftAsync(string tour) =>
        (int)await web.CountAsync("SELECT available_spots FROM departures WHERE tour_id = @tour", new { tour });
}

public sealed class SqliteVoucherTests(SqliteLoyaltyWeb web) : VoucherSpecs(web), IClassFixture<SqliteLoyaltyWeb>;

public sealed class PostgresVoucherTests(PostgresLoyaltyWeb web) : VoucherSpecs(web), IClassFixture<PostgresLoyaltyWeb>;
