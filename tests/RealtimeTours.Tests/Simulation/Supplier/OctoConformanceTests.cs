using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Simulation.Supplier;

namespace RealtimeTours.Tests.Simulation.Supplier;

/// <summary>
/// Our client and an OCTO server understand each other, flow by flow: the simulated supplier, or any other server whose base URL and bearer key are
/// in
/// <c>OCTO_TEST_URL</c> and <c>OCTO_TEST_KEY</c>. It books for real, and cancels what it has booked: use a test account.
/// </summary>
public sealed class OctoConformanceTests : IAsyncLifetime
{
    private readonly SimulatedSupplierServer _simulated = new(
        new SimulatedSupplierOptions { Latency = TimeSpan.Zero, DriftEvery = null }, TimeProvider.System,
        NullLogger<SimulatedSupplierServer>.Instance);

    private OctoClient _client = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        var url = Environment.GetEnvironmentVariable("OCTO_TEST_URL");
        if (url is null) await _simulated.StartAsync(default);
        var address = url is null ? await _simulated.AddressAsync(default) : new Uri(url.EndsWith('/') ? url : url + "/");
        var key = Environment.GetEnvironmentVariable("OCTO_TEST_KEY") ?? SimulatedSupplierOptions.DefaultApiKey;
        _client = Client(address, key);
        _http = new HttpClient { BaseAddress = address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Octo-Capabilities", "octo/pricing, octo/content");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _http.Dispose();
        await _simulated.DisposeAsync();
    }

    [Fact]
    public async Task The_supplier_and_its_products_can_be_read_and_only_with_the_key()
    {
        (await _client.GetSupplierAsync()).Value.ShouldNotBeNull();
        var (products, unreadable) = (await _client.GetProductsAsync()).Value.ShouldNotBeNull();
        products.ShouldNotBeEmpty();
        unreadable.ShouldBeEmpty();
        var one = (await _client.GetProductAsync(products[0].Id)).Value.ShouldNotBeNull();
        one.Options.Select(option => option.Id).ShouldBe(products[0].Options.Select(option => option.Id));
        (await _client.GetProductAsync("no-such-product")).Failure.ShouldNotBeNull().Error.ShouldBe(OctoErrorCode.InvalidProductId);

        using var stranger = Client(_http.BaseAddress!, "not-the-key");
        (await stranger.GetProductsAsync()).Failure.ShouldNotBeNull().Kind.ShouldBe(SupplierFailureKind.Refused);
    }

    [Fact]
    public async Task Every_field_that_octo_requires_is_there()
    {
        RequireFields(await GetAsync("supplier"), "id", "name", "endpoint", "contact");
        var products = (await GetAsync("products")).EnumerateArray().ToArray();
        foreach (var product in products)
        {
            RequireFields(product, "id", "internalName", "reference", "locale", "timeZone", "allowFreesale", "instantConfirmation", "instantDelivery",
                "availabilityRequired", "availabilityType", "deliveryFormats", "deliveryMethods", "redemptionMethod", "options");
            foreach (var option in product.GetProperty("options").EnumerateArray())
            {
                RequireFields(option, "id", "default", "internalName", "reference", "availabilityLocalStartTimes", "cancellationCutoff",
                    "cancellationCutoffAmount", "cancellationCutoffUnit", "requiredContactFields", "restrictions", "units");
                foreach (var unit in option.GetProperty("units").EnumerateArray())
                    RequireFields(unit, "id", "internalName", "reference", "type", "restrictions", "requiredContactFields");
            }
        }
        foreach (var product in products.DistinctBy(product => product.GetProperty("availabilityType").GetString()))
        {
            var allDay = product.GetProperty("availabilityType").GetString() == "OPENING_HOURS";
            foreach (var row in await AvailabilityAsync(product, "availability"))
            {
                RequireFields(
                    row, "id", "localDateTimeStart", "localDateTimeEnd", "utcCutoffAt", "allDay", "available", "status", "vacancies", "capacity",
                    "maxUnits", "openingHours");
                row.GetProperty("allDay").GetBoolean().ShouldBe(allDay);
                (row.GetProperty("openingHours").GetArrayLength() > 0).ShouldBe(allDay);
            }
            foreach (var day in await AvailabilityAsync(product, "availability/calendar"))
                RequireFields(day, "localDate", "available", "status", "vacancies", "capacity", "openingHours");
        }
    }

    [Fact]
    public async Task Rows_lie_in_the_window_asked_for_and_the_calendar_agrees_with_them()
    {
        foreach (var (query, rows) in await OffersAsync(products: 5))
        {
            rows.Select(row => row.Id).Distinct().Count().ShouldBe(rows.Count);
            var days = (await _client.GetCalendarAsync(query)).Value.ShouldNotBeNull();
            foreach (var day in days.Where(day => !day.Closed))
                rows.ShouldContain(row => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(row.Start, query.Zone).DateTime) == day.Date);
        }
    }

    [Fact]
    public async Task Wrong_questions_get_typed_errors()
    {
        var (query, _) = (await OffersAsync(products: 1))[0];
        (await _client.CheckAvailabilityAsync(query with { ProductId = "no-such-product" })).Failure!.Error.ShouldBe(OctoErrorCode.InvalidProductId);
        (await _client.CheckAvailabilityAsync(query with { OptionId = "no-such-option" })).Failure!.Error.ShouldBe(OctoErrorCode.InvalidOptionId);
        (await _client.GetCalendarAsync(query with { ProductId = "no-such-product" })).Failure!.Error.ShouldBe(OctoErrorCode.InvalidProductId);
        var (status, answer) = await PostAsync("availability", new { productId = query.ProductId, optionId = query.OptionId });
        (status, answer.GetProperty("error").GetString()).ShouldBe((HttpStatusCode.BadRequest, "BAD_REQUEST"));
    }

    [Fact]
    public async Task Seats_are_held_extended_confirmed_read_and_cancelled()
    {
        var reservation = await ReservationAsync();
        var held = (await _client.ReserveAsync(reservation)).Value.ShouldNotBeNull();
        held.Status.ShouldBe(SupplierBookingStatus.OnHold);
        (await _client.ReserveAsync(reservation)).Failure.ShouldNotBeNull().Error.ShouldBe(OctoErrorCode.InvalidBookingUuid);

        var extended = (await _client.ExtendAsync(reservation.Uuid, minutes: 45)).Value.ShouldNotBeNull();
        extended.HeldUntil.ShouldNotBeNull().ShouldBeGreaterThan(held.HeldUntil.ShouldNotBeNull());
        var confirmed = (await _client.ConfirmAsync(reservation.Uuid, new TravellerContact("Ada Lovelace", "ada@example.org"), "our-reference"))
            .Value.ShouldNotBeNull();
        (confirmed.Status, confirmed.Seats).ShouldBe((SupplierBookingStatus.Confirmed, reservation.UnitIds.Count));
        (await _client.GetBookingAsync(reservation.Uuid)).Value.ShouldNotBeNull().ShouldBe(confirmed);

        (await _client.CancelAsync(reservation.Uuid, "a test")).Value.ShouldNotBeNull().Status.ShouldBe(SupplierBookingStatus.Cancelled);
        (await _client.GetBookingAsync(reservation.Uuid)).Value!.Status.ShouldBe(SupplierBookingStatus.Cancelled);
    }

    [Fact]
    public async Task A_hold_can_be_let_go_and_is_then_nobodys()
    {
        var reservation = await ReservationAsync();
        (await _client.ReserveAsync(reservation)).Failure.ShouldBeNull();
        (await _client.CancelAsync(reservation.Uuid)).Value.ShouldNotBeNull().Status.ShouldBe(SupplierBookingStatus.Cancelled);
        (await _client.ConfirmAsync(reservation.Uuid, new TravellerContact("Ada"))).Failure.ShouldNotBeNull()
            .Kind.ShouldBe(SupplierFailureKind.Rejected);
    }

    [Fact]
    public async Task Wrong_bookings_get_typed_errors_and_have_not_happened()
    {
        var good = await ReservationAsync();
        (SeatReservation Wrong, OctoErrorCode Error)[] cases =
        [
            (good with { ProductId = "no-such-product" }, OctoErrorCode.InvalidProductId),
            (good with { OptionId = "no-such-option" }, OctoErrorCode.InvalidOptionId),
            (good with { AvailabilityId = "no-such-departure" }, OctoErrorCode.InvalidAvailabilityId),
            (good with { UnitIds = ["no-such-unit"] }, OctoErrorCode.InvalidUnitId),
        ];
        foreach (var (wrong, error) in cases)
        {
            var failure = (await _client.ReserveAsync(wrong)).Failure.ShouldNotBeNull();
            (failure.Error, failure.Kind, failure.MayHaveHappened).ShouldBe((error, SupplierFailureKind.Rejected, false));
        }
        (await _client.ReserveAsync(good with { UnitIds = [] }))
            .Failure!.Error.ShouldBeOneOf(OctoErrorCode.UnprocessableEntity, OctoErrorCode.BadRequest);
        var nobody = Guid.NewGuid();
        (await _client.GetBookingAsync(nobody)).Failure!.Error.ShouldBe(OctoErrorCode.InvalidBookingUuid);
        (await _client.ExtendAsync(nobody, 10)).Failure!.Error.ShouldBe(OctoErrorCode.InvalidBookingUuid);
        (await _client.ConfirmAsync(nobody, new TravellerContact())).Failure!.Error.ShouldBe(OctoErrorCode.InvalidBookingUuid);
        (await _client.CancelAsync(nobody)).Failure!.Error.ShouldBe(OctoErrorCode.InvalidBookingUuid);
    }

    [Fact]
    public async Task What_is_sold_out_cannot_be_held()
    {
        var full = (await OffersAsync(products: 30)).SelectMany(offer => offer.Rows.Select(row => (offer.Query, row)))
            .FirstOrDefault(offer => offer.row is { Vacancies: 0, Closed: false });
        if (full.row is null && Environment.GetEnvironmentVariable("OCTO_TEST_URL") is not null) return; // another server need not have any
        var unit = await AdultOfAsync(full.Query.ProductId);
        var reservation = new SeatReservation(Guid.NewGuid(), full.Query.ProductId, full.Query.OptionId, full.row!.Id, [unit]);
        (await _client.ReserveAsync(reservation)).Failure.ShouldNotBeNull().Error.ShouldBe(OctoErrorCode.UnprocessableEntity);
    }

    private async Task<IReadOnlyList<(AvailabilityQuery Query, IReadOnlyList<OctoAvailability> Rows)>> OffersAsync(int products)
    {
        var offers = new List<(AvailabilityQuery, IReadOnlyList<OctoAvailability>)>();
        foreach (var product in (await _client.GetProductsAsync()).Value!.Products.Take(products))
        {
            var today = DateOnly.FromDateTime(DateTime.UtcNow);
            var zone = product.TimeZone is { } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : TimeZoneInfo.Utc;
            var query = new AvailabilityQuery(product.Id, product.Options[0].Id, today.AddDays(1), today.AddDays(21), zone);
            offers.Add((query, (await _client.CheckAvailabilityAsync(query)).Value.ShouldNotBeNull(product.Id)));
        }
        return offers;
    }

    private async Task<SeatReservation> ReservationAsync()
    {
        foreach (var (query, rows) in await OffersAsync(products: 30))
            if (rows.FirstOrDefault(row => !row.Closed && row.Vacancies is null or > 2) is { } row)
            {
                var unit = await AdultOfAsync(query.ProductId);
                return new SeatReservation(Guid.NewGuid(), query.ProductId, query.OptionId, row.Id, [unit, unit], HoldMinutes: 15);
            }
        throw new InvalidOperationException("The server offers nothing to book in the next three weeks.");
    }

    private async Task<string> AdultOfAsync(string productId)
    {
        var units = (await GetAsync($"products/{Uri.EscapeDataString(productId)}")).GetProperty("options")[0].GetProperty("units").EnumerateArray()
            .ToArray();
        return units.OrderByDescending(unit => unit.GetProperty("type").GetString() == "ADULT").First().GetProperty("id").GetString()!;
    }

    private async Task<IEnumerable<JsonElement>> AvailabilityAsync(JsonElement product, string path)
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var (status, answer) = await PostAsync(path, new
        {
            productId = product.GetProperty("id").GetString(), optionId = product.GetProperty("options")[0].GetProperty("id").GetString(),
            localDateStart = $"{today.AddDays(1):yyyy-MM-dd}", localDateEnd = $"{today.AddDays(21):yyyy-MM-dd}",
        });
        status.ShouldBe(HttpStatusCode.OK);
        return answer.EnumerateArray();
    }

    private async Task<JsonElement> GetAsync(string path) => JsonSerializer.Deserialize<JsonElement>(await _http.GetStringAsync(path));

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(path, content);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    private static void RequireFields(JsonElement json, params string[] names) =>
        names.Where(name => !json.TryGetProperty(name, out _)).ShouldBeEmpty();

    private static OctoClient Client(Uri address, string key) => new(
        _ => ValueTask.FromResult(address), new SupplierSettings { ApiKey = key, Retries = 0, CallTimeout = TimeSpan.FromSeconds(30) },
        new CatalogSyncMetrics(TimeProvider.System), TimeProvider.System);
}
