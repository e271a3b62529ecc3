using System.Text;
using System.Text.Json;
using Dapper;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Bookings.Payments;

/// <summary>The payments by themselves: who may move money, and how often.</summary>
public abstract class PaymentSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20.5);

    [Fact]
    public async Task Nothing_is_charged_without_a_booking_or_for_another_price()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        var booking = (await web.SignedIn("ada").BookAsync(tour, Soon, 1)).Booking;
        string[] payments = [Ids.New("pay_"), Ids.New("pay_")];
        await PublishAsync(EventTypes.PaymentRequested, new PaymentRequested(payments[0], "bkg_nobody", 12.5m, "EUR", "pm_card_visa"));
        await PublishAsync(EventTypes.PaymentRequested, new PaymentRequested(payments[1], booking.Id, 9_999m, "EUR", "pm_card_visa"));
        var letters = web.Get<IDeadLetters>();
        await Eventually.ShouldBeTrueAsync(async () =>
            (await letters.ListAsync(EventConsumers.Payments, 50, default))
                .Letters.Count(letter => letter.Reason.Contains("nothing is charged")) >= 2);
        await using var connection = await web.Get<Database>().OpenAsync();
        foreach (var payment in payments)
            (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM simulated_charges WHERE idempotency_key = @payment", new { payment }))
                .ShouldBe(0);
    }

    [Fact]
    public async Task A_stranger_cannot_confirm_a_booking_nor_charge_one_that_is_paid_at_the_desk_nor_refund_one_that_stands()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var (desk, unpaid) = ((await ada.BookAsync(tour, Soon, 1)).Booking, await ada.PayAsync(tour, Soon, 1, "pm_card_never"));
        var paid = await ada.PayAsync(tour, Soon, 1, "pm_card_visa");
        await Eventually.ShouldBeTrueAsync(() => Heard(paid.Id, EventTypes.BookingConfirmed).Length == 1);
        var payment = Heard(paid.Id, EventTypes.PaymentSucceeded)[0].Data.GetProperty("paymentId").GetString()!;

        await PublishAsync(EventTypes.BookingConfirmationRequested, new BookingConfirmationRequested(unpaid.Id));
        await PublishAsync(EventTypes.BookingConfirmationRequested, new BookingConfirmationRequested("bkg_nobody"));
        await PublishAsync(EventTypes.BookingReleaseRequested, new BookingReleaseRequested(unpaid.Id, "because"));
        await PublishAsync(EventTypes.BookingReleaseRequested, new BookingReleaseRequested(paid.Id, "because"));
        await PublishAsync(EventTypes.PaymentRequested, new PaymentRequested(Ids.New("pay_"), desk.Id, 12.5m, "EUR", "pm_card_visa"));
        await PublishAsync(EventTypes.PaymentRequested, new PaymentRequested(Ids.New("pay_"), unpaid.Id, 12.5m, "EUR", "pm_card_visa"));
        await PublishAsync(EventTypes.PaymentRequested, new PaymentRequested(Ids.New("pay_"), paid.Id, 12.5m, "EUR", "pm_card_visa"));
        await PublishAsync(EventTypes.PaymentRefundRequested, new PaymentRefundRequested(payment, paid.Id, 12.5m, "EUR", "because"));

        await Eventually.ShouldBeTrueAsync(async () =>
            await LettersAsync(EventConsumers.Payments, desk.Id, unpaid.Id, paid.Id) == 4
            && await LettersAsync(EventConsumers.Bookings, unpaid.Id, "bkg_nobody") == 3);
        foreach (var (booking, status) in new[]
            { (desk, BookingStatus.Confirmed), (unpaid, BookingStatus.Pending), (paid, BookingStatus.Confirmed) })
            (await ada.GetAnswerAsync($"/api/bookings/{booking.Id}")).Booking.Status.ShouldBe(status);
        await using var connection = await web.Get<Database>().OpenAsync();
        (await connection.QueryAsync<string>(
            "SELECT status FROM payments WHERE booking_id IN (@desk, @paid)", new { desk = desk.Id, paid = paid.Id })).ShouldBe(["Succeeded"]);
        await ada.CancelAsync(unpaid.Id); // its saga still ends
        await Eventually.ShouldBeTrueAsync(async () => await connection.ExecuteScalarAsync<string>(
            "SELECT step FROM booking_sagas WHERE booking_id = @id", new { id = unpaid.Id }) == "Cancelled");
    }

    private async Task<int> LettersAsync(string consumer, params string[] bookingIds) =>
        (await web.Get<IDeadLetters>().ListAsync(consumer, 200, default)).Letters.Count(letter => bookingIds.Any(letter.Reason.Contains));

    [Fact]
    public async Task Asking_again_never_charges_twice_and_answers_with_the_same_event()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        var booking = await web.SignedIn("ada").PayAsync(tour, Soon, 1, "pm_card_visa");
        await Eventually.ShouldBeTrueAsync(() => Heard(booking.Id, EventTypes.BookingConfirmed).Length == 1);
        var request = Heard(booking.Id, EventTypes.PaymentRequested).First().Data.Deserialize<PaymentRequested>(WireJson.EventOptions)!;
        for (var again = 0; again < 3; again++) await PublishAsync(EventTypes.PaymentRequested, request);
        await Eventually.ShouldBeTrueAsync(() => Heard(booking.Id, EventTypes.PaymentSucceeded).Length >= 4);
        Heard(booking.Id, EventTypes.PaymentSucceeded).Select(e => e.EventId).Distinct().ShouldHaveSingleItem();
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task A_webhook_counts_only_with_a_fresh_signature_of_its_body()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        var booking = await web.SignedIn("ada").PayAsync(tour, Soon, 1, "pm_card_never");
        await Eventually.ShouldBeTrueAsync(() => Heard(booking.Id, EventTypes.PaymentInitiated).Length == 1);
        var payment = Heard(booking.Id, EventTypes.PaymentInitiated)[0].Data.GetProperty("paymentId").GetString()!;
        var (secret, now) = (web.Get<PaymentsSettings>().WebhookSecret, DateTimeOffset.UtcNow);
        var body = $$"""{"paymentId":"{{payment}}","outcome":"declined","reason":"No money."}""";
        string Sign(byte[] key, string text, DateTimeOffset at) => MessageSignature.Sign(key, Encoding.UTF8.GetBytes(text), at);

        (await PostAsync(body, null)).ShouldBe(401);
        (await PostAsync(body, "t=1,v1=00")).ShouldBe(401);
        (await PostAsync(body, Sign(new byte[32], body, now))).ShouldBe(401);
        (await PostAsync(body, Sign(secret, body.Replace("declined", "succeeded"), now))).ShouldBe(401);
        (await PostAsync(body, Sign(secret, body, now.AddMinutes(-6)))).ShouldBe(401);
        var unknown = body.Replace(payment, "pay_nobody");
        (await PostAsync(unknown, Sign(secret, unknown, now))).ShouldBe(404);
        Heard(booking.Id, EventTypes.PaymentFailed).ShouldBeEmpty();

        for (var twice = 0; twice < 2; twice++) (await PostAsync(body, Sign(secret, body, now))).ShouldBe(204);
        await Eventually.ShouldBeTrueAsync(() => Heard(booking.Id, EventTypes.BookingFailed).Length == 1);
        Heard(booking.Id, EventTypes.PaymentFailed).DistinctBy(e => e.EventId).ShouldHaveSingleItem().Data.GetProperty("reason").GetString()
            .ShouldBe("No money.");
    }

    private EventEnvelope[] Heard(string bookingId, string eventType) => [.. web.EventsOfBooking(bookingId).Where(e => e.EventType == eventType)];

    private Task PublishAsync<T>(string eventType, T data) => web.Get<IEventBus>().PublishAsync(web.Get<EventFactory>().Create(eventType, data));

    private async Task<int> PostAsync(string body, string? signature)
    {
        using var client = web.SignedIn(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, ReceiveWebhook.Path) { Content = new StringContent(body) };
        if (signature is not null) request.Headers.TryAddWithoutValidation(ReceiveWebhook.SignatureHeader, signature);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}

public sealed class SqlitePaymentTests(SqliteWeb web) : PaymentSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresPaymentTests(PostgresWeb web) : PaymentSpecs(web), IClassFixture<PostgresWeb>;
