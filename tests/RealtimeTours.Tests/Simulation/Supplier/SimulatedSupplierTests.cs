using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Simulation.SampleCatalogue;
using RealtimeTours.Simulation.Supplier;

namespace RealtimeTours.Tests.Simulation.Supplier;

/// <summary>The bundled supplier over real HTTP: by our client, and by hand where the client does not go.</summary>
public sealed class SimulatedSupplierTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Today = new(2026, 4, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly ManualTimeProvider _time = new(Today);
    private readonly SimulatedSupplierOptions _options = new() { Latency = TimeSpan.Zero };
    private SimulatedSupplierServer _server = null!;
    private OctoClient _client = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = new SimulatedSupplierServer(_options, _time, NullLogger<SimulatedSupplierServer>.Instance);
        await _server.StartAsync(default);
        var address = await _server.AddressAsync(default);
        _client = new OctoClient(
            _ => ValueTask.FromResult(address), new SupplierSettings { ApiKey = _options.ApiKey, Retries = 0 }, new CatalogSyncMetrics(_time), _time);
        _http = new HttpClient { BaseAddress = address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _options.ApiKey);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Octo-Capabilities", "");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Our_client_reads_the_supplier_and_its_products()
    {
        (await _client.GetSupplierAsync()).Value!.Name.ShouldContain("synthetic");
        var (products, unreadable) = (await _client.GetProductsAsync()).Value!;
        unreadable.ShouldBeEmpty();
        var sold = SampleTours.All.Where(tour => tour.Supplier is not null).Concat(SampleTours.SupplierOnly).ToArray();
        products.Select(product => product.Id).ShouldBe(sold.Select(tour => tour.SupplierProductId), ignoreOrder: true);
        foreach (var tour in sold)
        {
            var product = (await _client.GetProductAsync(tour.SupplierProductId)).Value!;
            (product.Name, product.TimeZone, product.Destination, product.DurationMinutes, product.Currency)
                .ShouldBe((tour.Name, tour.TimeZone, tour.Destination, (int)(tour.DurationHours * 60), tour.Currency));
            var option = product.Options.ShouldHaveSingleItem();
            (option.Id, option.CancellationDays, option.Prices.Single().Amount)
                .ShouldBe((SampleTour.SupplierOptionId, tour.CancellationDays, tour.Price));
        }
    }

    [Fact]
    public async Task It_offers_the_departures_of_the_sample_catalogue()
    {
        var tour = Tour(SupplierStock.Counted);
        var expected = tour.DeparturesFrom(Today).Take(10).ToArray();
        var rows = (await _client.CheckAvailabilityAsync(QueryFor(tour, expected))).Value!;
        rows.Select(row => row.Start).ShouldBe(expected.Select(departure => departure.Start.ToUniversalTime()));
        rows.ShouldAllBe(row => row.Capacity == tour.Capacity && row.Vacancies <= row.Capacity);
        var days = (await _client.GetCalendarAsync(QueryFor(tour, expected))).Value!;
        days.Sum(day => day.Vacancies).ShouldBe(rows.Sum(row => row.Vacancies));
    }

    [Fact]
    public async Task One_product_is_always_full_and_one_is_not_counted()
    {
        var full = Tour(SupplierStock.SoldOut);
        (await RowsAsync(full)).ShouldAllBe(row => row.Vacancies == 0 && !row.Closed);
        var freesale = Tour(SupplierStock.Freesale);
        (await RowsAsync(freesale)).ShouldAllBe(row => row.Vacancies == null && row.Capacity == null && !row.Closed);
    }

    [Fact]
    public async Task Others_book_and_cancel_as_time_goes_by_and_a_restarted_supplier_agrees()
    {
        var tour = Tour(SupplierStock.Counted);
        var seen = new List<int?[]>();
        for (var i = 0; i < 12; i++, _time.Advance(TimeSpan.FromMinutes(10))) seen.Add([.. (await RowsAsync(tour)).Select(row => row.Vacancies)]);
        seen.Select(figures => string.Join(",", figures)).Distinct().Count().ShouldBeGreaterThan(6);
        seen.SelectMany(figures => figures).ShouldAllBe(vacancies => vacancies >= 0 && vacancies <= tour.Capacity);

        await using var restarted = new SimulatedSupplierServer(_options, _time, NullLogger<SimulatedSupplierServer>.Instance);
        await restarted.StartAsync(default);
        using var client = new OctoClient(
            async token =>
                await restarted.AddressAsync(token), new SupplierSettings { ApiKey = _options.ApiKey }, new CatalogSyncMetrics(_time), _time);
        var query = QueryFor(tour, tour.DeparturesFrom(Today.AddDays(1)).Take(10).ToArray());
        (await client.CheckAvailabilityAsync(query)).Value.ShouldBe((await _client.CheckAvailabilityAsync(query)).Value!);
    }

    [Fact]
    public async Task A_booking_takes_seats_a_cancellation_gives_them_back_and_a_hold_lapses()
    {
        _options.DriftEvery = null;
        var tour = Tour(SupplierStock.Counted);
        var departure = tour.DeparturesFrom(Today).First(d => d.AvailableSpots > 8);
        var id = SimulatedInventory.IdOf(departure);
        var before = await VacanciesAsync(tour, departure);

        var (status, held) = await PostAsync("/bookings", Reservation(tour, id, seats: 3));
        status.ShouldBe(HttpStatusCode.OK);
        held.GetProperty("status").GetString().ShouldBe("ON_HOLD");
        (await VacanciesAsync(tour, departure)).ShouldBe(before - 3);
        var uuid = held.GetProperty("uuid").GetString();

        var (_, confirmed) = await PostAsync($"/bookings/{uuid}/confirm", new { contact = new { fullName = "Ada" } });
        confirmed.GetProperty("status").GetString().ShouldBe("CONFIRMED");
        confirmed.GetProperty("utcExpiresAt").ValueKind.ShouldBe(JsonValueKind.Null);
        (await PostAsync($"/bookings/{uuid}/cancel", new { reason = "rain" })).Body.GetProperty("cancellation").GetProperty("reason").GetString()
            .ShouldBe("rain");
        (await VacanciesAsync(tour, departure)).ShouldBe(before);

        var (_, forgotten) = await PostAsync("/bookings", Reservation(tour, id, seats: 2, minutes: 10));
        (await VacanciesAsync(tour, departure)).ShouldBe(before - 2);
        _time.Advance(TimeSpan.FromMinutes(11));
        (await VacanciesAsync(tour, departure)).ShouldBe(before);
        (await PostAsync($"/bookings/{forgotten.GetProperty("uuid").GetString()}/confirm", new { contact = new { } })).Body
            .GetProperty("error").GetString().ShouldBe("UNPROCESSABLE_ENTITY");
    }

    [Fact]
    public async Task The_last_seats_are_sold_once_under_parallel_reservations()
    {
        _options.DriftEvery = null;
        var tour = Tour(SupplierStock.Counted);
        var departure = tour.DeparturesFrom(Today).First(d => d.AvailableSpots is > 4 and < 20);
        var answers =
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => PostAsync("/bookings", Reservation(tour, SimulatedInventory.IdOf(departure), 1))));
        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(departure.AvailableSpots);
        (await VacanciesAsync(tour, departure)).ShouldBe(0);
    }

    [Fact]
    public async Task Wrong_requests_get_octo_errors()
    {
        var tour = Tour(SupplierStock.Counted);
        var id = SimulatedInventory.IdOf(tour.DeparturesFrom(Today).First());
        object from = new { productId = tour.SupplierProductId, optionId = "DEFAULT", localDateStart = "2026-04-02", localDateEnd = "2026-04-01" };
        (string Path, object Body, string Error)[] cases =
        [
            ("/availability", new { productId = "x", optionId = "DEFAULT", localDate = "2026-04-02" }, "INVALID_PRODUCT_ID"),
            ("/availability", new { productId = tour.SupplierProductId, optionId = "x", localDate = "2026-04-02" }, "INVALID_OPTION_ID"),
            ("/availability", new { productId = tour.SupplierProductId, optionId = "DEFAULT" }, "BAD_REQUEST"),
            ("/availability", new { productId = tour.SupplierProductId, optionId = "DEFAULT", localDateStart = "2026-04-02",
                localDateEnd = "2028-01-01" }, "BAD_REQUEST"),
            ("/availability", new { productId = tour.SupplierProductId, optionId = "DEFAULT", availabilityIds = new[] { "x" } },
                "INVALID_AVAILABILITY_ID"),
            ("/availability", from, "BAD_REQUEST"),
            ("/bookings", Reservation(tour, "2026-04-02T03:33:00+01:00", 1), "INVALID_AVAILABILITY_ID"),
            ("/bookings", Reservation(tour, id, 0), "UNPROCESSABLE_ENTITY"),
            ("/bookings", Reservation(tour, id, 1, minutes: -5), "BAD_REQUEST"),
            ("/bookings", Reservation(tour, id, 1_000), "UNPROCESSABLE_ENTITY"),
            ("/bookings/nothing/confirm", new { contact = new { } }, "INVALID_BOOKING_UUID"),
        ];
        foreach (var (path, body, error) in cases)
        {
            var (status, answer) = await PostAsync(path, body);
            status.ShouldBe(HttpStatusCode.BadRequest, $"{path} {error}");
            answer.GetProperty("error").GetString().ShouldBe(error);
            answer.GetProperty("errorMessage").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task Without_the_right_key_nothing_is_told()
    {
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        (await (await _http.GetAsync("/products")).Content.ReadAsStringAsync()).ShouldContain("FORBIDDEN");
        _http.DefaultRequestHeaders.Authorization = null;
        (await (await _http.GetAsync("/products")).Content.ReadAsStringAsync()).ShouldContain("UNAUTHORIZED");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Its_rate_limit_is_understood_by_our_client_in_each_wording(int wording)
    {
        (_options.RequestsPerMinute, _options.RateLimitAnswer) = (2, (RateLimitAnswer)wording);
        (await _client.GetSupplierAsync()).Failure.ShouldBeNull();
        (await _client.GetSupplierAsync()).Failure.ShouldBeNull();
        var failure = (await _client.GetSupplierAsync()).Failure.ShouldNotBeNull();
        failure.Kind.ShouldBe(SupplierFailureKind.RateLimited);
        failure.RetryAfter.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Its_errors_can_be_switched_on()
    {
        _options.ErrorRate = 1;
        (await _client.GetSupplierAsync()).Failure!.Kind.ShouldBe(SupplierFailureKind.ServerError);
        _options.ErrorRate = 0;
        (await _client.GetSupplierAsync()).Failure.ShouldBeNull();
    }

    private static SampleTour Tour(SupplierStock stock) => SampleTours.All.First(tour => tour.Supplier == stock);

    private async Task<IReadOnlyList<OctoAvailability>> RowsAsync(SampleTour tour) =>
        (await _client.CheckAvailabilityAsync(QueryFor(tour, tour.DeparturesFrom(Today.AddDays(1)).Take(10).ToArray()))).Value!;

    private async Task<int?> VacanciesAsync(SampleTour tour, SampleDeparture departure) =>
        (await _client.CheckAvailabilityAsync(QueryFor(tour, departure))).Value!.Single(row => row.Start == departure.Start).Vacancies;

    private static AvailabilityQuery QueryFor(SampleTour tour, params SampleDeparture[] departures) => new(
        tour.SupplierProductId, SampleTour.SupplierOptionId, DateOnly.FromDateTime(departures[0].Start.DateTime),
        DateOnly.FromDateTime(departures[^1].Start.DateTime), TimeZoneInfo.FindSystemTimeZoneById(tour.TimeZone));

    private static object Reservation(SampleTour tour, string availabilityId, int seats, int? minutes = null) => new
    {
        productId = tour.SupplierProductId, optionId = SampleTour.SupplierOptionId, availabilityId, expirationMinutes = minutes,
        unitItems = Enumerable.Range(0, seats).Select(_ => new { unitId = "adult" }),
    };

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(path, content);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }
}
