using System.Net;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>The same binary as two services on shared servers: one sells, the other one charges.</summary>
public sealed class ModuleProcessesTests
{
    [Fact]
    public async Task Each_process_runs_the_modules_it_is_told_and_together_they_are_the_system()
    {
        var settings = (await ServerSettings.OnSharedServersAsync()).ToEnvironment();
        await using var shop = new HostProcess("Web", new Dictionary<string, string>(settings) { ["MODULES"] = "tours,bookings,sign_in,operations" });
        await using var payments = new HostProcess("Web", new Dictionary<string, string>(settings) { ["MODULES"] = "Payments" });
        await Task.WhenAll(shop.StartAsync(), payments.StartAsync());

        using var operators = await new RestClient(shop.Address).SignInAsync("olga", "operator");
        var day = DateTimeOffset.UtcNow.Date.AddDays(30);
        (await operators.PostAsync("/api/tours", new SaveTourRequest(
            "Tour", "Lisbon", "walk", 2, 10, "EUR", Id: "t", Departures: [new SaveDepartureRequest(day, 9)])))
                .Status.ShouldBe(HttpStatusCode.Created);
        using var ada = await new RestClient(shop.Address).SignInAsync("ada");
        var (status, body, _) = await ada.BookAsync("t", day, 2, paymentMethod: "pm_card_visa");
        status.ShouldBe(HttpStatusCode.Created);
        var id = body.GetProperty("data").GetProperty("booking").GetProperty("id").GetString();
        await Eventually.ShouldBeTrueAsync(
            async () => (await ada.DataAsync<BookingAnswer>($"/api/bookings/{id}")).Booking.Status == BookingStatus.Confirmed);

        using var http = new HttpClient();
        (await http.GetAsync($"{payments.Address}/api/tours")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        // Operators see the dead letters of every module, wherever it runs.
        foreach (var consumer in new[] { "bookings", "booking-saga", "payments", "catalog-sync", "realtime-hub" })
            (await operators.Http.GetAsync($"/api/operations/dead-letters?consumer={consumer}")).StatusCode.ShouldBe(HttpStatusCode.OK, consumer);
        (await operators.Http.GetAsync("/api/operations/dead-letters?consumer=nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsync($"{shop.Address}/api/payments/webhook", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsync($"{payments.Address}/api/payments/webhook", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
