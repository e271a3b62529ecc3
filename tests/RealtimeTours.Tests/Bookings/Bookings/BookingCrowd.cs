using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>
/// Many visitors who book at several Web processes at once. A visitor who gets no answer asks again with the same key, at the next process, until
/// there is one.
/// </summary>
public sealed class BookingCrowd : IDisposable
{
    /// <summary>An odd number, so that each of them comes to every process.</summary>
    public const int Users = 41;
    private readonly IReadOnlyList<string> _webs;
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 }) { Timeout = TimeSpan.FromSeconds(60) };
    private readonly List<string> _tokens = [];

    public BookingCrowd(params IReadOnlyList<string> webs) => _webs = webs;

    /// <summary>The id of every booking that was answered with 201.</summary>
    public ConcurrentDictionary<string, int> Booked { get; } = new();

    public ConcurrentDictionary<string, int> Refused { get; } = new();

    public int Answers => Booked.Count + Refused.Count;

    /// <summary>A tour with one departure each, put in by an operator.</summary>
    public async Task<DateTimeOffset> OpenAsync(IReadOnlyCollection<string> tours, int capacity)
    {
        for (var n = 0; n < Users; n++) _tokens.Add(await TokenAsync($"visitor{n}"));
        var (date, operatorToken) = (TestWeb.InDays(30), await TokenAsync("olga", "operator"));
        foreach (var id in tours)
        {
            using var request = Request(HttpMethod.Post, $"{_webs[0]}/api/tours", operatorToken, new
            {
                id, name = id, destination = "Lisbon", category = "walk", durationHours = 2, price = 12.5m, currency = "EUR",
                departures = new[] { new { date, capacity } },
            });
            using var answer = await _http.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        }
        return date;
    }

    /// <returns>The status code.</returns>
    public async Task<int> BookAsync(int visitor, string tourId, DateTimeOffset date, int participants, string? paymentMethod, string? key = null)
    {
        key ??= Guid.NewGuid().ToString();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var request = Request(
                    HttpMethod.Post, $"{_webs[(visitor + attempt) % _webs.Count]}/api/bookings", _tokens[visitor % Users],
                    paymentMethod is null ? new { tourId, date, participants } : new { tourId, date, participants, paymentMethod });
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await _http.SendAsync(request);
                var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
                if (answer.StatusCode == HttpStatusCode.Created)
                    Booked[body.GetProperty("data").GetProperty("booking").GetProperty("id").GetString()!] = participants;
                else if ((int)answer.StatusCode >= 500
                    || body.GetProperty("code").GetString() == "idempotency_in_flight") throw new HttpRequestException("not yet");
                else Refused[key] = participants;
                return (int)answer.StatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or IOException && attempt < 1_800)
            {
                await Task.Delay(100); // before the next try, as a browser does
            }
        }
    }

    public async Task<int> CancelAsync(int visitor, string web, string bookingId)
    {
        using var request = Request(HttpMethod.Post, $"{web}/api/bookings/{bookingId}/cancel", _tokens[visitor % Users], new CancelBookingRequest());
        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> TokenAsync(string userId, params string[] roles)
    {
        using var answer = await _http.PostAsJsonAsync($"{_webs[0]}/api/dev/token", new { userId, roles });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    private static HttpRequestMessage Request(HttpMethod method, string address, string token, object body) => new(method, address)
    {
        Content = JsonContent.Create(body, options: WireJson.EventOptions),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };
}
