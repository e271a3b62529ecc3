using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Web.Tours;

/// <summary>Prices, totals, fees and refunds have the minor units of their currency (ISO 4217).</summary>
public abstract class CurrencySpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Theory]
    [InlineData(1000.50, "JPY")]
    [InlineData(12.3456, "KWD")]
    [InlineData(12.345, "EUR")]
    [InlineData(10, "ABC")]
    [InlineData(10, "eur")]
    [InlineData(10, "XAU")]
    public async Task A_price_with_more_decimals_than_its_currency_or_an_unknown_currency_is_refused(decimal price, string currency)
    {
        using var olga = web.SignedIn("olga", "operator");
        (await olga.SendAsync(HttpMethod.Post, "/api/tours", Tour(price, currency))).Status.ShouldBe(422);
    }

    [Theory]
    [InlineData(12.345, "KWD", 37.035)]
    [InlineData(1000, "JPY", 3000)]
    [InlineData(0.1, "EUR", 0.3)]
    [InlineData(2_000_000, "VND", 6_000_000)]
    public async Task A_price_is_kept_to_its_last_minor_unit(decimal price, string currency, decimal total)
    {
        using var olga = web.SignedIn("olga", "operator");
        var tour = (await olga.SendAsync(HttpMethod.Post, "/api/tours", Tour(price, currency))).Data.GetProperty("tour");
        tour.GetProperty("price").GetDecimal().ShouldBe(price);
        var booking = (await web.SignedIn("ada").BookAsync(tour.GetProperty("id").GetString()!, Soon, 3)).Booking;
        (booking.TotalPrice, booking.Currency).ShouldBe((total, currency));
    }

    [Fact]
    public async Task A_third_of_a_hundred_and_one_yen_is_thirty_three()
    {
        using var olga = web.SignedIn("olga", "operator");
        using var ada = web.SignedIn("ada");
        var tour = (await olga.SendAsync(HttpMethod.Post, "/api/tours", Tour(101, "JPY"))).Data.GetProperty("tour").GetProperty("id").GetString()!;
        var booking = await ada.PayAsync(tour, Soon, 1, "pm_card_visa");
        await Eventually.ShouldBeTrueAsync(
            async () => (await ada.GetAnswerAsync($"/api/bookings/{booking.Id}")).Booking.Status == BookingStatus.Confirmed);
        var cancelled = (await ada.CancelAsync(booking.Id)).Data;
        (cancelled.GetProperty("cancellationFee").GetDecimal(), cancelled.GetProperty("refundAmount").GetDecimal()).ShouldBe((33, 68));
        await Eventually.ShouldBeTrueAsync(() => web.EventsOfBooking(booking.Id).Any(e => e.EventType == "payment.refunded"));
        web.EventsOfBooking(booking.Id).Single(e => e.EventType == "payment.refunded").Data.GetProperty("amount").GetDecimal().ShouldBe(68);
    }

    private static SaveTourRequest Tour(decimal price, string currency) => new(
        "Tour", "Lisbon", "walk", 2, price, currency, CancellationDays: 0, CancellationFees: [new CancellationFee(100, 33)],
        Departures: [new SaveDepartureRequest(Soon, 9)]);
}

public sealed class SqliteCurrencyTests(SqliteWeb web) : CurrencySpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresCurrencyTests(PostgresWeb web) : CurrencySpecs(web), IClassFixture<PostgresWeb>;
