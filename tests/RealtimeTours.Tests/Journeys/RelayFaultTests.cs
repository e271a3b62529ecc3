using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Tests.Bookings;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;
using RealtimeTours.Tests.Storage;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Two Web processes that book and publish; one dies, stands still, or the broker goes. Every booking that was answered reaches the event log.</summary>
public sealed class RelayFaultTests(RelayFaultTests.Fixture fixture) : IClassFixture<RelayFaultTests.Fixture>
{
    private const int Kills = 3;
    private const string Card = "pm_card_visa";

    [Fact]
    public async Task A_process_killed_under_load_leaves_no_event_behind()
    {
        var load = fixture.Load();
        for (var kill = 0; kill < Kills; kill++)
        {
            await fixture.BookedMoreAsync(40);
            await fixture.First.KillAsync();
            await fixture.BookedMoreAsync(20); // the other one goes on
            await fixture.First.StartAsync();
        }
        await load.EndAsync();
        await fixture.AllInPlaceAsync();
    }

    [Fact]
    public async Task What_a_process_had_claimed_when_it_stood_still_is_published_by_another_and_takes_effect_once()
    {
        var (first, way) = (fixture.First, fixture.FirstsWayToTheBroker);
        // Its relay is awake: after a broker's death it learns of the return only by an event that it finds before the other one does.
        for (var i = 0; i < 8; i++)
        {
            (await fixture.BookAsync(first)).ShouldBeTrue();
            await fixture.AllPublishedAsync();
        }
        var twice = await fixture.PublishedTwiceAsync();
        // Of the first one's next events the broker gets some, but never says so to it; then none. All are committed and claimed by it.
        way.Stall(toServer: false);
        for (var i = 0; i < 5; i++) (await fixture.BookAsync(first, Card)).ShouldBeTrue();
        way.Stall();
        for (var i = 0; i < 5; i++) (await fixture.BookAsync(first, Card)).ShouldBeTrue();
        var clock = Stopwatch.StartNew();
        await first.SignalAsync("STOP");
        try
        {
            await fixture.AllPublishedAsync(); // by the other
            // Three times as long as a claim lasts, with work going on beside it.
            using var load = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (clock.Elapsed < TimeSpan.FromSeconds(30) && await load.WaitForNextTickAsync()) await fixture.BookAsync(fixture.Second, Card);
        }
        finally
        {
            await first.SignalAsync("CONT");
            way.Resume();
        }
        await Eventually.ShouldBeTrueAsync(() => fixture.BookAsync(first, Card), TimeSpan.FromSeconds(60));
        await fixture.AllInPlaceAsync();
        (await fixture.PublishedTwiceAsync()).ShouldBeGreaterThan(twice, "or no consumer had to tell the same event apart");
    }

    [Fact]
    public async Task A_broker_killed_and_restarted_under_load_gets_everything()
    {
        var load = fixture.Load();
        for (var kill = 0; kill < Kills; kill++)
        {
            await fixture.BookedMoreAsync(20);
            await fixture.RabbitMq.KillAsync();
            await fixture.BookedMoreAsync(20); // bookings need no broker
            await fixture.RabbitMq.StartAsync();
        }
        await load.EndAsync();
        await fixture.AllInPlaceAsync();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private static readonly DateTimeOffset Departure = DateTimeOffset.UtcNow.Date.AddDays(40);
        private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
        private StorageHost _database = null!;
        private RestClient _ada = null!;

        public RabbitMqServer RabbitMq { get; } = new();

        public TcpProxy FirstsWayToTheBroker { get; private set; } = null!;

        public HostProcess First { get; private set; } = null!;

        public HostProcess Second { get; private set; } = null!;

        /// <summary>Ids of all bookings that were answered with 201.</summary>
        public ConcurrentQueue<string> Booked { get; } = new();

        public async Task InitializeAsync()
        {
            await RabbitMq.StartAsync();
            FirstsWayToTheBroker = new TcpProxy(RabbitMq.Port);
            var servers = await ServerSettings.OnSharedServersAsync() with { RabbitMq = RabbitMq.Url };
            var settings = servers.ToEnvironment();
            Second = new HostProcess("Web", settings);
            First = new HostProcess("Web", new Dictionary<string, string>(settings) { ["RABBITMQ_URL"] = $"amqp://guest:guest@127.0.0.1:{FirstsWayToTheBroker.Port}/" });
            await Second.StartAsync();
            await First.StartAsync();
            _database = new StorageHost(TestDatabases.Settings(servers.Postgres, _folder));
            using var olga = await new RestClient(Second.Address).SignInAsync("olga", "operator");
            var (status, _) = await olga.PostAsync("/api/tours", new
            {
                id = "t", name = "Tour", destination = "Lisbon", category = "walk", durationHours = 2, price = 10, currency = "EUR",
                departures = new[] { new { date = Departure, capacity = 30_000 } },
            });
            status.ShouldBe(HttpStatusCode.Created);
            await RabbitMq.QueuesAreOnDiskAsync([.. new[] { EventConsumers.Bookings, EventConsumers.BookingSaga, EventConsumers.Payments }.Select(name => $"{servers.Prefix}.{name}")]);
            await RabbitMq.StreamIsOnDiskAsync($"{servers.Prefix}.audit");
            _ada = await new RestClient(Second.Address).SignInAsync("ada");
        }

        public Task BookedMoreAsync(int count)
        {
            var enough = Booked.Count + count;
            return Eventually.ShouldBeTrueAsync(() => Booked.Count >= enough);
        }

        /// <param name="card">Null to pay at the desk.</param>
        /// <returns>False where the answer was no, or never came.</returns>
        public async Task<bool> BookAsync(HostProcess web, string? card = null)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{web.Address}/api/bookings");
                request.Headers.Authorization = _ada.Http.DefaultRequestHeaders.Authorization;
                request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
                request.Content = System.Net.Http.Json.JsonContent.Create(new { tourId = "t", date = Departure, participants = 1, paymentMethod = card });
                using var answer = await _ada.Http.SendAsync(request);
                if (answer.StatusCode != HttpStatusCode.Created) return false;
                Booked.Enqueue(answer.Headers.Location!.ToString().Split('/')[^1]);
                return true;
            }
            catch (HttpRequestException)
            {
                return false; // it died meanwhile: nobody was promised anything
            }
        }

        /// <summary>About fifty bookings a second on both processes, until ended.</summary>
        public LoadOfBookings Load() => new(this);

        /// <summary>Each answered booking's events are in the log, and nothing waits in the outbox.</summary>
        public async Task AllPublishedAsync()
        {
            var (missing, unsent) = (-1, -1L);
            try
            {
                await Eventually.ShouldBeTrueAsync(async () =>
                {
                    await using var connection = await _database.Database.OpenAsync();
                    var logged = (await connection.QueryAsync<string>("SELECT booking_id FROM event_log WHERE event_type = @BookingCreated", new { EventTypes.BookingCreated })).ToHashSet();
                    missing = Booked.Count(id => !logged.Contains(id));
                    unsent = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL");
                    return missing == 0 && unsent == 0;
                }, TimeSpan.FromSeconds(90));
            }
            catch (ShouldAssertException e)
            {
                throw new ShouldAssertException($"{missing} of {Booked.Count} bookings are not in the log, {unsent} events not sent.\n{First.Log}\n{Second.Log}", e);
            }
            Booked.ShouldNotBeEmpty();
        }

        /// <summary>Besides, every saga has ended, and each event has taken effect once.</summary>
        public async Task AllInPlaceAsync()
        {
            await AllPublishedAsync();
            await _database.Database.ShouldHoldAsync(TimeSpan.FromSeconds(120));
            await _database.Database.ShouldAgreeAsync();
        }

        /// <summary>How many messages of the exchange were an event that it had had before: the stream has them all, the log each event once.</summary>
        public async Task<long> PublishedTwiceAsync()
        {
            await using var connection = await _database.Database.OpenAsync();
            return await connection.ExecuteScalarAsync<long>("SELECT COALESCE(MAX(position), -1) + 1 - (SELECT COUNT(*) FROM event_log) FROM event_log_position");
        }

        public async Task DisposeAsync()
        {
            _ada.Dispose();
            await First.DisposeAsync();
            await Second.DisposeAsync();
            await FirstsWayToTheBroker.DisposeAsync();
            await _database.DisposeAsync();
            await RabbitMq.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }

    public sealed class LoadOfBookings
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _workers;

        public LoadOfBookings(Fixture fixture) => _workers = Task.WhenAll(new[] { fixture.First, fixture.Second }.SelectMany(web => new[] { web, web }).Select(async web =>
        {
            while (!_end.IsCancellationRequested)
            {
                await fixture.BookAsync(web, Random.Shared.Next(3) == 0 ? Card : null);
                await Task.Delay(40); // the rate of the load
            }
        }));

        public async Task EndAsync()
        {
            await _end.CancelAsync();
            await _workers;
        }
    }
}
