using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Simulation.SampleCatalogue;
using RealtimeTours.Simulation.Supplier;

namespace RealtimeTours.Tests.Simulation.Supplier;

/// <summary>The simulated supplier is led at run time over <c>/admin</c>, keeps bookings that change, and sells tickets to a day.</summary>
public sealed class SimulatedBehaviourTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Today = new(2026, 4, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ManualTimeProvider _time = new(Today);
    private readonly HttpClient _http = new();
    private SimulatedSupplierServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = new SimulatedSupplierServer(
            new SimulatedSupplierOptions { Latency = TimeSpan.Zero }, _time, NullLogger<SimulatedSupplierServer>.Instance);
        await _server.StartAsync(default);
        _http.BaseAddress = await _server.AddressAsync(default);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SimulatedSupplierOptions.DefaultApiKey);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Octo-Capabilities", "");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_can_be_made_slow_broken_and_strict_while_it_runs_and_well_again()
    {
        var (_, before) = await SendAsync(HttpMethod.Get, "/admin");
        await SendAsync(HttpMethod.Patch, "/admin", new { errorRate = 1.0 });
        (await SendAsync(HttpMethod.Get, "/products")).Status.ShouldBe(HttpStatusCode.InternalServerError);
        await SendAsync(HttpMethod.Patch, "/admin", new { errorRate = 0, requestsPerMinute = 1, rateLimitAnswer = 400 });
        (await SendAsync(HttpMethod.Get, "/products")).Status.ShouldBe(HttpStatusCode.OK);
        var (status, refused) = await SendAsync(HttpMethod.Get, "/products");
        (status, refused.GetProperty("error").GetString()).ShouldBe((HttpStatusCode.BadRequest, "TOO_MANY_REQUESTS"));
        await SendAsync(HttpMethod.Patch, "/admin", new { requestsPerMinute = 0, rateLimitAnswer = 429, latencyMilliseconds = 300 });
        var started = System.Diagnostics.Stopwatch.StartNew();
        (await SendAsync(HttpMethod.Get, "/products")).Status.ShouldBe(HttpStatusCode.OK);
        started.ElapsedMilliseconds.ShouldBeGreaterThanOrEqualTo(290);
        var (_, after) = await SendAsync(HttpMethod.Patch, "/admin", new { latencyMilliseconds = 0 });
        after.ToString().ShouldBe(before.ToString());
    }

    [Theory]
    [InlineData("""{"errorRate":2}""", "errorRate")]
    [InlineData("""{"latencyMilliseconds":-1}""", "latencyMilliseconds")]
    [InlineData("""{"rateLimitAnswer":500}""", "rateLimitAnswer")]
    [InlineData("""{"errorRate":"much"}""", "formatted")]
    public async Task A_wrong_wish_is_refused_and_changes_nothing(string body, string reason)
    {
        var before = (await SendAsync(HttpMethod.Get, "/admin")).Body.ToString();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.PatchAsync("/admin", content);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain(reason);
        (await SendAsync(HttpMethod.Get, "/admin")).Body.ToString().ShouldBe(before);
    }

    [Fact]
    public async Task Nobody_leads_it_without_the_key()
    {
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        (await SendAsync(HttpMethod.Patch, "/admin", new { errorRate = 1.0 })).Body.GetProperty("error").GetString().ShouldBe("FORBIDDEN");
        _server.Options.ErrorRate.ShouldBe(0);
    }

    [Fact]
    public async Task A_product_that_is_withdrawn_is_gone_everywhere_until_it_is_back()
    {
        var id = SampleTours.SupplierOnly[0].SupplierProductId;
        await SendAsync(HttpMethod.Patch, "/admin", new { withdrawn = new[] { id } });
        (await SendAsync(HttpMethod.Get, "/products")).Body.EnumerateArray().ShouldNotContain(product => product.GetProperty("id").GetString() == id);
        (await SendAsync(HttpMethod.Get, $"/products/{id}")).Body.GetProperty("error").GetString().ShouldBe("INVALID_PRODUCT_ID");
        await SendAsync(HttpMethod.Patch, "/admin", new { withdrawn = Array.Empty<string>() });
        (await SendAsync(HttpMethod.Get, $"/products/{id}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Prices_and_content_come_only_to_those_who_ask_for_them()
    {
        var plain = (await SendAsync(HttpMethod.Get, "/products")).Body[0];
        plain.TryGetProperty("title", out _).ShouldBeFalse();
        plain.TryGetProperty("defaultCurrency", out _).ShouldBeFalse();
        _http.DefaultRequestHeaders.Remove("Octo-Capabilities");
        _http.DefaultRequestHeaders.Add("Octo-Capabilities", "octo/pricing,octo/unheard-of");
        using var response = await _http.GetAsync("/products");
        response.Headers.GetValues("Octo-Capabilities").ShouldBe(["octo/pricing"]);
        var priced = (await response.Content.ReadFromJsonAsync<JsonElement>())[0];
        priced.TryGetProperty("title", out _).ShouldBeFalse();
        priced.GetProperty("options")[0].GetProperty("units")[0].GetProperty("pricingFrom")[0].GetProperty("retail").GetInt32()
            .ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_ticket_to_a_day_can_be_had_while_the_doors_are_open()
    {
        var ticket = SampleTours.SupplierOnly.First(tour => tour is { OpeningHours: not null, Supplier: SupplierStock.Freesale });
        var query = new { productId = ticket.SupplierProductId, optionId = "DEFAULT", localDate = "2026-04-01" }; // a Wednesday
        var row = (await SendAsync(HttpMethod.Post, "/availability", query)).Body.EnumerateArray().ShouldHaveSingleItem();
        row.GetProperty("localDateTimeStart").GetString().ShouldBe("2026-04-01T00:00:00+02:00");
        (row.GetProperty("allDay").GetBoolean(), row.GetProperty("available").GetBoolean(),
            row.GetProperty("openingHours")[0].GetProperty("from").GetString()).ShouldBe((true, true, "09:00"));
        _time.Advance(TimeSpan.FromHours(3.1)); // 17:06 in Prague, the doors close at 17:30
        (await SendAsync(HttpMethod.Post, "/availability", query)).Body[0].GetProperty("status").GetString().ShouldBe("CLOSED");
    }

    [Fact]
    public async Task A_booking_moves_its_seats_with_it_and_is_found_by_its_references()
    {
        _server.Options.DriftEvery = null;
        var tour = SampleTours.All.First(tour => tour.Supplier == SupplierStock.Counted);
        var departures = tour.DeparturesFrom(Today).Where(departure => departure.AvailableSpots > 8).Take(2).Select(SimulatedInventory.IdOf)
            .ToArray();
        var before = await VacanciesAsync(tour, departures);

        var uuid = (await SendAsync(HttpMethod.Post, "/bookings", new
        {
            productId = tour.SupplierProductId, optionId = "DEFAULT", availabilityId = departures[0], resellerReference = "ours",
            unitItems = Units(3),
        })).Body.GetProperty("uuid").GetString();
        await SendAsync(HttpMethod.Patch, $"/bookings/{uuid}", new { availabilityId = departures[1], unitItems = Units(5), notes = "by the window" });
        (await VacanciesAsync(tour, departures)).ShouldBe([before[0], before[1] - 5]);

        var (status, tooMany) = await SendAsync(HttpMethod.Patch, $"/bookings/{uuid}", new { unitItems = Units(900) });
        (status, tooMany.GetProperty("error").GetString()).ShouldBe((HttpStatusCode.BadRequest, "UNPROCESSABLE_ENTITY"));
        (await VacanciesAsync(tour, departures)).ShouldBe([before[0], before[1] - 5]);

        // Its own seats are free for itself.
        (await SendAsync(HttpMethod.Patch, $"/bookings/{uuid}", new { unitItems = Units(before[1]) })).Status.ShouldBe(HttpStatusCode.OK);
        (await VacanciesAsync(tour, departures)).ShouldBe([before[0], 0]);

        var found = (await SendAsync(HttpMethod.Get, "/bookings?resellerReference=ours")).Body.EnumerateArray().ShouldHaveSingleItem();
        (found.GetProperty("uuid").GetString(), found.GetProperty("notes").GetString()).ShouldBe((uuid, "by the window"));
        (await SendAsync(HttpMethod.Get, "/bookings")).Body.GetProperty("error").GetString().ShouldBe("BAD_REQUEST");
    }

    private static object Units(int count) => Enumerable.Range(0, count).Select(_ => new { unitId = "adult" });

    private async Task<int[]> VacanciesAsync(SampleTour tour, string[] departures) =>
        [.. (await SendAsync(
            HttpMethod.Post, "/availability", new { productId = tour.SupplierProductId, optionId = "DEFAULT", availabilityIds = departures }))
            .Body.EnumerateArray().Select(row => row.GetProperty("vacancies").GetInt32())];

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}
