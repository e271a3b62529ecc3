using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Web;
using RealtimeTours.Web.OpenApi;
using RealtimeTours.Web.Tours;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Bookings and tours on a real Kestrel, with a real database and the in-process bus. One per test class.</summary>
public abstract class TestWeb : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private readonly HeardEvents _heard = new();
    private WebApplication _app = null!;

    protected abstract Task<PlatformSettings> SettingsAsync(string folder);

    /// <summary>Further settings of the host.</summary>
    protected virtual IReadOnlyDictionary<string, string?> Configuration { get; } = new Dictionary<string, string?>
    {
        ["Payments:SimulatedDelay"] = "0.3",
        // Crowds of the tests are one user.
        ["Bookings:MaxHolds"] = "1000", ["Bookings:MaxHoldsPerDeparture"] = "1000", ["Bookings:MaxHeldSeats"] = "100000",
    };

    /// <summary>Of the modules that Web runs.</summary>
    protected virtual IReadOnlyList<string> Modules => ["tours", "bookings", "payments", "sign_in"];

    /// <summary>Modules of a test's own.</summary>
    protected virtual IReadOnlyList<IModule> FurtherModules => [];

    /// <summary>The last word on the host before it is built.</summary>
    protected virtual void Change(WebApplicationBuilder builder, PlatformSettings settings)
    {
    }

    public RecordedLog Log { get; } = new();

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        var settings = await SettingsAsync(_folder);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = _folder });
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        foreach (var (name, value) in Configuration) builder.Configuration[name] = value;
        builder.AddHostDefaults("web", settings);
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddMessaging(builder.Configuration, settings, "web");
        builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly).AddOutboxRelay(settings);
        builder.Services.AddTokenRevocation();
        var modules =
            ModuleList.Choose([.. WebModules.All.Where(module => Modules.Contains(module.Name)), .. FurtherModules], builder.Configuration, settings);
        modules.AddTo(builder.Services, builder.Configuration);
        builder.Services.AddOpenApiDocument();
        builder.Services.AddSingleton(_heard).AddEventListener<HeardEvents>("test", ["#"]);
        Change(builder, settings);
        _app = builder.Build();
        _app.UseHostDefaults();
        _app.UseRateLimiter();
        modules.Map(_app);
        _app.MapOpenApiDocument();
        await _app.StartAsync();
        await Get<StorageReadiness>().WhenReady().WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public string Address => _app.Urls.First();

    public HttpClient SignedIn(string? userId, params string[] roles)
    {
        var client = new HttpClient { BaseAddress = new Uri(Address) };
        if (userId is not null)
            client.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Bearer", Get<TokenIssuer>().Sign(userId, roles, TimeSpan.FromHours(8))!.Token);
        return client;
    }

    /// <summary>Puts a tour with departures into the database, as if it had always been there.</summary>
    public async Task<string> AddTourAsync(
        string destination = "Lisbon", string? name = null, string? timeZone = null, int cancellationDays = 2,
        params (DateTimeOffset Date, int Capacity, int Available)[] departures)
    {
        var id = Ids.New("tour_");
        await Get<Database>().InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync("""
                INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, time_zone, cancellation_days, updated_at)
                VALUES (@id, @name, @destination, 'walk', 2.5, 1250, 'EUR', @timeZone, @cancellationDays, @now)
                """, new { id, name = name ?? id, destination, timeZone, cancellationDays, now = DateTimeOffset.UtcNow });
            foreach (var (date, capacity, available) in departures)
                await transaction.ExecuteAsync("""
                    INSERT INTO departures (tour_id, starts_at, capacity, available_spots, sold_elsewhere, updated_at)
                    VALUES (@id, @date, @capacity, @available, @capacity - @available, @now)
                    """, new { id, date, capacity, available, now = DateTimeOffset.UtcNow });
        });
        Get<TourCatalogue>().Forget(everywhere: false); // nothing was announced
        return id;
    }

    /// <summary>What an operator does: the tour is saved with the departure as stated.</summary>
    public async Task SetDepartureAsync(string tourId, DateTimeOffset date, int capacity, bool closed = false)
    {
        using var olga = SignedIn("olga", "operator");
        var tour = new SaveTourRequest(tourId, "Lisbon", "walk", 2.5, 12.5m, "EUR", Departures: [new SaveDepartureRequest(date, capacity, closed)]);
        (await olga.SendAsync(HttpMethod.Put, $"/api/tours/{tourId}", tour)).Status.ShouldBe(200);
    }

    public Task<int> ExecuteAsync(string sql, object arguments) =>
        Get<Database>().InTransactionAsync(transaction => transaction.ExecuteAsync(sql, arguments));

    /// <summary>The events about one tour, in the order they were published.</summary>
    public IReadOnlyList<EventEnvelope> EventsOf(string tourId) =>
        _heard.All.Where(e => e.Data.TryGetProperty("tourId", out var id) && id.GetString() == tourId).ToArray();

    public IReadOnlyList<EventEnvelope> EventsOfBooking(string bookingId) =>
        _heard.All.Where(e => e.Data.TryGetProperty("bookingId", out var id) && id.GetString() == bookingId).ToArray();

    /// <summary>What was published about one user, in order.</summary>
    public IReadOnlyList<EventEnvelope> EventsOfUser(string userId) =>
        _heard.All.Where(e => e.Data.TryGetProperty("userId", out var id) && id.GetString() == userId).ToArray();

    public static DateTimeOffset InDays(double days) => DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddDays(days).ToUnixTimeSeconds());

    public sealed class HeardEvents : IEventHandler
    {
        private readonly ConcurrentQueue<EventEnvelope> _events = new();

        public IReadOnlyList<EventEnvelope> All => _events.ToArray();

        public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
        {
            _events.Enqueue(envelope);
            return Task.CompletedTask;
        }
    }
}

public sealed class SqliteWeb : TestWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
}

public sealed class PostgresWeb : TestWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PostgresAsync(folder);
}

public sealed class PgBouncerWeb : TestWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PgBouncerAsync(folder);
}

/// <summary>An answer read to its end.</summary>
public sealed record Answer(HttpResponseMessage Message, JsonElement Body)
{
    public int Status => (int)Message.StatusCode;

    public string? Code => Body.GetProperty("code").GetString();

    public JsonElement Data => Body.GetProperty("data");

    public BookingView Booking => Data.GetProperty("booking").Deserialize<BookingView>(WireJson.Options)!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage message)
    {
        var text = await message.Content.ReadAsStringAsync();
        return new Answer(message, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}

internal static class RestCalls
{
    public static async Task<Answer> GetAnswerAsync(this HttpClient client, string path) => await Answer.ReadAsync(await client.GetAsync(path));

    public static async Task<Answer> SendAsync(this HttpClient client, HttpMethod method, string path, object body) =>
        await Answer.ReadAsync(
            await client.SendAsync(new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, options: WireJson.EventOptions) }));

    public static Task<Answer> BookAsync(this HttpClient client, string tourId, DateTimeOffset date, int participants, string? key = null) =>
        client.BookAsync(new { tourId, date, participants }, key ?? Guid.NewGuid().ToString());

    /// <param name="body">An object, or the JSON text itself.</param>
    public static async Task<Answer> BookAsync(this HttpClient client, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/bookings")
        {
            Content = body is string text
                ? new StringContent(text, MediaTypeHeaderValue.Parse("application/json"))
                : JsonContent.Create(body, options: WireJson.Options),
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    /// <summary>Books with a test card of the simulated payment provider.</summary>
    public static async Task<BookingView> PayAsync(this HttpClient client, string tourId, DateTimeOffset date, int participants, string paymentMethod)
    {
        var answer = await client.BookAsync(new { tourId, date, participants, paymentMethod }, Guid.NewGuid().ToString());
        (answer.Status, answer.Booking.Status).ShouldBe((201, BookingStatus.Pending));
        return answer.Booking;
    }

    public static Task<Answer> CancelAsync(this HttpClient client, string bookingId, object? body = null) =>
        client.SendAsync(HttpMethod.Post, $"/api/bookings/{bookingId}/cancel", body ?? new { });
}
