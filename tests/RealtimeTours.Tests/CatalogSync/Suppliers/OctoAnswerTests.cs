using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>What the client makes of single answers beyond seat counts: error codes, tickets to a day, products, bookings.</summary>
public sealed class OctoAnswerTests : IAsyncLifetime
{
    private static readonly TimeZoneInfo Lisbon = TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon");
    private static readonly AvailabilityQuery May = new("product", "DEFAULT", new(2026, 5, 1), new(2026, 5, 31), TimeZoneInfo.Utc);
    private static readonly Guid Uuid = Guid.NewGuid();
    private HostileSupplier _supplier = null!;

    public async Task InitializeAsync() => _supplier = await HostileSupplier.StartAsync();

    public async Task DisposeAsync() => await _supplier.DisposeAsync();

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a b.c", "a%20b.c")]
    [InlineData("ø?x=1#y&z%", "%C3%B8%3Fx%3D1%23y%26z%25")]
    public async Task An_id_of_any_characters_is_escaped_in_an_address(string id, string escaped)
    {
        string? target = null;
        _supplier.Answer = context =>
        {
            target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            return Task.CompletedTask;
        };
        using var client = _supplier.Client();
        await client.GetProductAsync(id);
        target.ShouldBe($"/octo/products/{escaped}");
    }

    [Theory]
    [InlineData("INVALID_PRODUCT_ID", OctoErrorCode.InvalidProductId, SupplierFailureKind.Rejected)]
    [InlineData("INVALID_OPTION_ID", OctoErrorCode.InvalidOptionId, SupplierFailureKind.Rejected)]
    [InlineData("INVALID_UNIT_ID", OctoErrorCode.InvalidUnitId, SupplierFailureKind.Rejected)]
    [InlineData("INVALID_AVAILABILITY_ID", OctoErrorCode.InvalidAvailabilityId, SupplierFailureKind.Rejected)]
    [InlineData("INVALID_BOOKING_UUID", OctoErrorCode.InvalidBookingUuid, SupplierFailureKind.Rejected)]
    [InlineData("BAD_REQUEST", OctoErrorCode.BadRequest, SupplierFailureKind.Rejected)]
    [InlineData("UNPROCESSABLE_ENTITY", OctoErrorCode.UnprocessableEntity, SupplierFailureKind.Rejected)]
    [InlineData("NOT_FOUND", OctoErrorCode.NotFound, SupplierFailureKind.Rejected)]
    [InlineData("INTERNAL_SERVER_ERROR", OctoErrorCode.InternalServerError, SupplierFailureKind.ServerError)]
    [InlineData("UNAUTHORIZED", OctoErrorCode.Unauthorized, SupplierFailureKind.Refused)]
    [InlineData("FORBIDDEN", OctoErrorCode.Forbidden, SupplierFailureKind.Refused)]
    [InlineData("TOO_MANY_REQUESTS", OctoErrorCode.TooManyRequests, SupplierFailureKind.RateLimited)]
    [InlineData("SOMETHING_NEW", OctoErrorCode.Other, SupplierFailureKind.Rejected)]
    [InlineData("3", OctoErrorCode.Other, SupplierFailureKind.Rejected)]
    public async Task Every_error_of_octo_has_a_type(string code, object error, object kind)
    {
        _supplier.Answers(400, $$"""{"error":"{{code}}","errorMessage":"no","retryAfter":60}""");
        using var client = _supplier.Client();
        var failure = (await client.GetSupplierAsync()).Failure.ShouldNotBeNull();
        (failure.Error, failure.Kind).ShouldBe(((OctoErrorCode)error, (SupplierFailureKind)kind));
        failure.Reason.ShouldContain(code);
    }

    [Theory]
    //          written as                      zone known   opens at (UTC)
    [InlineData("2026-07-01T00:00:00+01:00", true, "2026-07-01T08:30:00Z")]
    [InlineData("2026-07-01T00:00:00", true, "2026-07-01T08:30:00Z")]
    [InlineData("2026-03-29T00:00:00+00:00", true, "2026-03-29T08:30:00Z")] // the night the clocks change
    [InlineData("2026-07-01T00:00:00+02:00", false, "2026-07-01T07:30:00Z")]
    public async Task A_ticket_to_a_day_starts_when_the_doors_open(string midnight, bool zoneKnown, string opens)
    {
        _supplier.Answers(200, $$"""
            [{"id":"a","localDateTimeStart":"{{midnight}}","localDateTimeEnd":"{{midnight}}","allDay":true,
             "status":"AVAILABLE","vacancies":5,"capacity":50,
              "openingHours":[{"from":"09:30","to":"12:00"},{"from":"13:00","to":"18:00"}]}]
            """);
        using var client = _supplier.Client();
        var query =
            new AvailabilityQuery("product", "DEFAULT", new DateOnly(2026, 3, 29), new DateOnly(2026, 7, 1), zoneKnown ? Lisbon : TimeZoneInfo.Utc);
        var row = (await client.CheckAvailabilityAsync(query)).Value.ShouldNotBeNull().Single();
        row.Start.ShouldBe(DateTimeOffset.Parse(opens));
        (row.End - row.Start).ShouldBe(TimeSpan.FromHours(8.5));
    }

    [Theory]
    [InlineData("\"vacancies\":-2,\"capacity\":20", 0, 20)] // oversold
    [InlineData("\"vacancies\":8.0,\"capacity\":2e1", 8, 20)]
    [InlineData("\"vacancies\":21,\"capacity\":20", 21, 21)]
    [InlineData("\"vacancies\":5,\"capacity\":-3", 5, null)]
    [InlineData("\"vacancies\":5,\"capacity\":\"many\"", 5, null)]
    [InlineData("\"vacancies\":2147483648,\"capacity\":1e400", 1_000_000, 1_000_000)] // unlimited
    [InlineData("\"vacancies\":1e12", 1_000_000, null)]
    public async Task Seats_are_read_however_they_are_written(string fields, int vacancies, int? capacity)
    {
        _supplier.Answers(200, Rows(fields));
        using var client = _supplier.Client();
        var row = (await client.CheckAvailabilityAsync(May)).Value.ShouldNotBeNull().ShouldHaveSingleItem();
        (row.Vacancies, row.Capacity).ShouldBe((vacancies, capacity));
    }

    [Fact]
    public async Task Of_two_rows_with_one_start_the_one_with_the_most_vacancies_counts()
    {
        _supplier.Answers(200,
            $"[{Rows("\"vacancies\":5")[1..^1]},{Rows("\"vacancies\":7")[1..^1]},{Rows("\"capacity\":9", "SOLD_OUT")[1..^1]}]");
        using var client = _supplier.Client();
        (await client.CheckAvailabilityAsync(May)).Value.ShouldNotBeNull().ShouldHaveSingleItem().Vacancies.ShouldBe(7);
    }

    [Theory]
    [InlineData("\"retail\":-1,\"currency\":\"EUR\"", "retail")]
    [InlineData("\"retail\":10.5,\"currency\":\"EUR\"", "retail")]
    [InlineData("\"retail\":\"10\",\"currency\":\"EUR\"", "retail")]
    [InlineData("\"currency\":\"EUR\"", "retail")]
    [InlineData("\"retail\":10,\"currency\":\"euro\"", "currency")]
    [InlineData("\"retail\":10,\"currency\":\"EUR\",\"currencyPrecision\":9", "currencyPrecision")]
    public async Task A_price_that_makes_no_sense_spoils_its_product_and_no_other(string price, string reason)
    {
        var euros = ProductWith("\"retail\":1250,\"currency\":\"EUR\",\"currencyPrecision\":2", "b");
        var yen = ProductWith("\"retail\":900,\"currency\":\"JPY\",\"currencyPrecision\":0", "c");
        _supplier.Answers(200, $"[{ProductWith(price, "a")},{euros},{yen}]");
        using var client = _supplier.Client();
        var (products, unreadable) = (await client.GetProductsAsync()).Value.ShouldNotBeNull();
        products.Select(product => (product.Id, product.Options[0].Prices.Single().Amount)).ShouldBe([("b", 12.5m), ("c", 900m)]);
        unreadable.Single().Id.ShouldBe("a");
        unreadable.Single().Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData("status", "\"BOOKED\"")]
    [InlineData("uuid", "\"00000000-0000-0000-0000-000000000001\"")]
    [InlineData("optionId", "\"other\"")]
    [InlineData("availabilityId", "\"other\"")]
    [InlineData("unitItems", "[{}]")]
    [InlineData("unitItems", "3")]
    [InlineData("utcExpiresAt", "\"soon\"")]
    public async Task A_booking_that_is_not_the_one_asked_for_is_not_believed_and_may_have_happened(string field, string value)
    {
        var fields = new Dictionary<string, string>
        {
            ["uuid"] = $"\"{Uuid}\"", ["status"] = "\"ON_HOLD\"", ["productId"] = "\"p\"", ["optionId"] = "\"o\"", ["availabilityId"] = "\"a\"",
            ["unitItems"] = "[{},{}]",
            ["utcExpiresAt"] = "\"2026-05-01T10:00:00Z\"",
        };
        using var client = _supplier.Client();
        var reservation = new SeatReservation(Uuid, "p", "o", "a", ["adult", "adult"]);
        _supplier.Answers(200, Json());
        (await client.ReserveAsync(reservation)).Value.ShouldNotBeNull().HeldUntil.ShouldBe(new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero));

        fields[field] = value;
        _supplier.Answers(200, Json());
        var failure = (await client.ReserveAsync(reservation)).Failure.ShouldNotBeNull();
        (failure.Kind, failure.MayHaveHappened).ShouldBe((SupplierFailureKind.Unreadable, true));

        string Json() => "{" + string.Join(",", fields.Select(one => $"\"{one.Key}\":{one.Value}")) + "}";
    }

    private static string Rows(string fields, string status = "AVAILABLE") =>
        $$"""[{"id":"a","localDateTimeStart":"2026-05-10T09:00:00+02:00","status":"{{status}}",{{fields}}}]""";

    private static string ProductWith(string price, string id) =>
        $$"""{"id":"{{id}}","internalName":"Name","options":[{"id":"o","internalName":"Option","units":[{"id":"u","type":"ADULT","pricingFrom":[{{{price}}}]}]}]}""";
}
