using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Clients;

/// <summary>A visitor of the REST interface, signed in through the demo's sign-in.</summary>
public sealed class RestClient(string web) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(web) };

    public HttpClient Http => _http;

    /// <summary>The token of the last sign-in, for the hub.</summary>
    public string? Token { get; private set; }

    public async Task<RestClient> SignInAsync(string userId, params string[] roles)
    {
        using var answer = await _http.PostAsJsonAsync("api/dev/token", new { userId, roles });
        answer.EnsureSuccessStatusCode();
        Token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return this;
    }

    public async Task<IReadOnlyList<TourSummary>> ToursAsync(string query = "limit=200") => (await DataAsync<TourPage>($"/api/tours?{query}")).Tours;

    public async Task<TourView> TourAsync(string id) => (await DataAsync<TourAnswer>($"/api/tours/{id}")).Tour;

    public async Task<T> DataAsync<T>(string path) =>
        (await _http.GetFromJsonAsync<JsonElement>(path)).GetProperty("data").Deserialize<T>(WireJson.Options)!;

    /// <summary>
    /// A departure of our own with at least that many seats, far enough away that it can also be cancelled. No supplier changes its figure.
    /// </summary>
    public async Task<(string TourId, DepartureView Departure)> DepartureWithSeatsAsync(int seats, Func<DepartureView, bool>? also = null)
    {
        foreach (var tour in (await ToursAsync()).Where(tour => OurTours.Ids.Contains(tour.Id)))
        {
            var departures = (await TourAsync(tour.Id)).Departures;
            if (departures.LastOrDefault(d => d.AvailableSpots >= seats && (also is null || also(d))) is { } found) return (tour.Id, found);
        }
        throw new InvalidOperationException($"The catalogue has no departure with {seats} seats.");
    }

    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseHeaders Headers)> BookAsync(
        string tourId, DateTimeOffset date, int participants, string? key = null, string? correlationId = null, string? paymentMethod = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/api/bookings") { Content = JsonContent.Create(new { tourId, date, participants, paymentMethod }) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        if (correlationId is not null) request.Headers.Add("X-Correlation-Id", correlationId);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(), answer.Headers);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public void Dispose() => _http.Dispose();
}
