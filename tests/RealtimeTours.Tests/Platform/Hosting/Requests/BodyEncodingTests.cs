using System.Text;
using System.Text.Json;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Platform.Hosting.Requests;

/// <summary>Bodies as other systems' clients write them: with a byte order mark, or in UTF-16.</summary>
public sealed class BodyEncodingTests(SqliteWeb web) : IClassFixture<SqliteWeb>
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    public static TheoryData<string, string, bool> Encodings => new()
    {
        // encoding, Content-Type, with a mark
        { "utf-8", "application/json", true },
        { "utf-8", "application/json; charset=utf-8", true },
        { "utf-8", "application/json; charset=UTF8", false },
        { "utf-8", "application/vnd.api+json; charset=\"utf-8\"", false },
        { "utf-16", "application/json; charset=utf-16", true },
        { "utf-16", "application/json; charset=utf-16", false },
        { "utf-16be", "application/json; charset=utf-16", true },
        { "utf-16be", "application/json; charset=utf-16", false },
        { "utf-16", "application/json; charset=utf-16le", false },
        { "utf-16be", "application/json; charset=\"UTF-16BE\"", false },
        { "utf-16", "application/json", true },
        { "utf-32", "application/json; charset=utf-32", true },
        { "iso-8859-1", "application/json; charset=iso-8859-1", false },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_tour_is_saved_as_it_was_written(string encoding, string contentType, bool marked)
    {
        using var olga = web.SignedIn("olga", "operator");
        const string tour =
            """{"name":"Über den Dächern","destination":"Málaga","category":"walk","durationHours":2,"price":10,"currency":"EUR"}""";
        var saved = await Answer.ReadAsync(await olga.PostAsync("/api/tours", Body(tour, encoding, contentType, marked)));
        saved.Status.ShouldBe(201, saved.Body.ToString());
        saved.Data.GetProperty("tour").GetProperty("name").GetString().ShouldBe("Über den Dächern");
    }

    [Fact]
    public async Task A_booking_that_is_sent_again_in_another_encoding_is_the_same_booking()
    {
        using var ada = web.SignedIn("ada");
        var tourId = await web.AddTourAsync(departures: (Soon, 9, 9));
        var (key, body) = ($"{Guid.NewGuid()}", JsonSerializer.Serialize(new { tourId, date = Soon, participants = 2 }));
        ada.DefaultRequestHeaders.Add("Idempotency-Key", key);
        var first = await Answer.ReadAsync(await ada.PostAsync("/api/bookings", Body(body, "utf-8", "application/json", marked: false)));
        var second = await Answer.ReadAsync(await ada.PostAsync("/api/bookings", Body(body, "utf-16", "application/json; charset=utf-16", true)));
        (first.Status, second.Status).ShouldBe((201, 201));
        second.Booking.ShouldBe(first.Booking);
        second.Message.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("klingon")]
    public async Task An_unknown_charset_is_415_and_says_so(string charset)
    {
        var answer = await PostTourAsync("{}", "utf-8", $"application/json; charset={charset}");
        (answer.Status, answer.Code).ShouldBe((415, "unknown_charset"));
        answer.Body.GetProperty("error").GetString()!.ShouldContain("charset");
    }

    [Theory]
    [InlineData("utf-8", "application/json; charset=utf-16")] // not what the header says
    [InlineData("utf-16", "application/json")]
    [InlineData("iso-8859-1", "application/json")]
    public async Task Bytes_that_are_not_in_the_stated_charset_are_422(string encoding, string contentType) =>
        (await PostTourAsync("""{"name":"é"}""", encoding, contentType)).Status.ShouldBe(422);

    [Theory]
    [InlineData("\"\\ud83d\"")]
    [InlineData("\"\\udc00x\"")]
    public async Task Half_a_character_is_422(string name) =>
        (await PostTourAsync($$"""{"name":{{name}}}""", "utf-8", "application/json")).Status.ShouldBe(422);

    [Fact]
    public async Task A_payment_providers_webhook_may_have_a_mark_too()
    {
        var booking = await web.SignedIn("ada").PayAsync(await web.AddTourAsync(departures: (Soon, 9, 9)), Soon, 1, "pm_card_never");
        EventEnvelope[] Heard(string type) => [.. web.EventsOfBooking(booking.Id).Where(e => e.EventType == type)];
        await Eventually.ShouldBeTrueAsync(() => Heard(EventTypes.PaymentInitiated).Length == 1);
        var payment = Heard(EventTypes.PaymentInitiated)[0].Data.GetProperty("paymentId").GetString();

        using var provider = web.SignedIn(null);
        var body = Body($$"""{"paymentId":"{{payment}}","outcome":"succeeded"}""", "utf-8", "application/json", marked: true);
        var signature =
            MessageSignature.Sign(web.Get<PaymentsSettings>().WebhookSecret, await body.ReadAsByteArrayAsync(), DateTimeOffset.UtcNow);
        body.Headers.Add(ReceiveWebhook.SignatureHeader, signature);
        ((int)(await provider.PostAsync(ReceiveWebhook.Path, body)).StatusCode).ShouldBe(204);
    }

    private async Task<Answer> PostTourAsync(string json, string encoding, string contentType) => await Answer.ReadAsync(
        await web.SignedIn("olga", "operator").PostAsync("/api/tours", Body(json, encoding, contentType, marked: false)));

    private static ByteArrayContent Body(string json, string encoding, string contentType, bool marked)
    {
        var written = Encoding.GetEncoding(encoding);
        var body = new ByteArrayContent([.. marked ? written.GetPreamble() : [], .. written.GetBytes(json)]);
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return body;
    }
}
