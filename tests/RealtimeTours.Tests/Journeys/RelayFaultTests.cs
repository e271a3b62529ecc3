using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>
/// Two Web processes that book and publish; the relay of the booked tour dies or stands still, or the broker goes. Every booking that was answered
/// reaches the event log, and what happened to the tour reaches the broker in the order of the commits.
/// </summary>
public sealed class RelayFaultTests(RelayFaultTests.Fixture fixture) : IClassFixture<RelayFaultTests.Fixture>
{
    private const int Kills = 3;
    private const string Card = "pm_card_visa";

    [Fact]
    public async Task A_relay_killed_under_load_leaves_no_event_behind()
    {
        var load = fixture.Load();
        for (var kill = 0; kill < Kills; kill++)
        {
            await fixture.BookedMoreAsync(40);
            var leader = await fixture.LeaderAsync();
            await leader.KillAsync();
            await fixture.BookedMoreAsync(20); // the other one goes on
            (await fixture.LeaderAsync()).ShouldNotBe(leader, "the other one has taken over");
            await leader.StartAsync();
        }
        await load.EndAsync();
        await fixture.AllInPlaceAsync();
    }

    [Fact]
    public async Task What_a_relay_had_in_hand_when_it_stood_still_is_published_by_another_and_takes_effect_once()
    {
        var leader = await fixture.LeaderAsync();
        var (other, way) = (fixture.OtherThan(leader), fixture.WayToTheBroker(leader));
        var twice = await fixture.PublishedTwiceAsync();
        // Of its next events the broker gets some, but never says so to it; then none.
        way.Stall(toServer: false);
        for (var i = 0; i < 5; i++) await Eventually.ShouldBeTrueAsync(() => fixture.BookAsync(leader, Card));
        way.Stall();
        for (var i = 0; i < 5; i++) await Eventually.ShouldBeTrueAsync(() => fixture.BookAsync(leader, Card));
        var clock = Stopwatch.StartNew();
        await leader.SignalAsync("STOP");
        try
        {
            await fixture.AllPublishedAsync(); // by the other
            (await fixture.LeaderAsync()).ShouldBe(other);
            // Many times as long as a lease lasts, with work going on beside it.
            using var load = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (clock.Elapsed < TimeSpan.FromSeconds(30) && await load.WaitForNextTickAsync()) await fixture.BookAsync(other, Card);
        }
        finally
        {
            await leader.SignalAsync("CONT");
            way.Resume();
        }
        await Eventually.ShouldBeTrueAsync(() => fixture.BookAsync(leader, Card));
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
        private IReadOnlyList<TcpProxy> _ways = [];
        private string _stream = "";
        private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
        private StorageHost _database = null!;
        private RestClient _ada = null!;

        public RabbitMqServer RabbitMq { get; } = new();

        public IReadOnlyList<HostProcess> Webs { get; private set; } = [];


        /// <summary>Ids of all bookings that were answered with 201.</summary>
        public ConcurrentQueue<string> Booked { get; } = new();

        public async Task InitializeAsync()
        {
            await RabbitMq.StartAsync();
            _ways = [new TcpProxy(RabbitMq.Port), new TcpProxy(RabbitMq.Port)];
            var servers = await ServerSettings.OnSharedServersAsync() with { RabbitMq = RabbitMq.Url };
            Webs = [.. _ways.Select(way => new HostProcess(
                "Web", new Dictionary<string, string>(servers.ToEnvironment()) { ["RABBITMQ_URL"] = $"amqp://guest:guest@127.0.0.1:{way.Port}/" }))];
            foreach (var web in Webs) await web.StartAsync();
            _database = new StorageHost(TestDatabases.Settings(servers.Postgres, _folder));
            using var olga = await new RestClient(Webs[0].Address).SignInAsync("olga", "operator");
            var (status, _) = await olga.PostAsync("/api/tours", new
            {
                id = "t", name = "Tour", destination = "Lisbon", category = "walk", durationHours = 2, price = 10, currency = "EUR",
                departures = new[] { new { date = Departure, capacity = 30_000 } },
            });
            status.ShouldBe(HttpStatusCode.Created);
            await RabbitMq.QueuesAreOnDiskAsync([.. new[] { EventConsumers.Bookings, EventConsumers.BookingSaga, EventConsumers.Payments }.Select(
                name => $"{servers.Prefix}.{name}")]);
            _stream = $"{servers.Prefix}.audit";
            await RabbitMq.StreamIsOnDiskAsync(_stream);
            _ada = await new RestClient(Webs[0].Address).SignInAsync("ada");
        }

        /// <summary>The process that publishes what happens to the tour.</summary>
        public async Task<HostProcess> LeaderAsync()
        {
            HostProcess? leader = null;
            await Eventually.ShouldBeTrueAsync(async () =>
            {
                await using var connection = await _database.Database.OpenAsync();
                var relay = await connection.ExecuteScalarAsync<string?>(
                    "SELECT relay FROM outbox_shards WHERE shard = @shard", new { shard = OutboxShards.Of("t") });
                return (leader = Webs.FirstOrDefault(
                    web => web.Running && (relay?.Contains($":{web.ProcessId}:", StringComparison.Ordinal) ?? false))) is not null;
            });
            return leader!;
        }

        public HostProcess OtherThan(HostProcess web) => Webs.Single(one => one != web);

        public TcpProxy WayToTheBroker(HostProcess web) => _ways[Webs[0] == web ? 0 : 1];

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
                request.Content =
                    System.Net.Http.Json.JsonContent.Create(new { tourId = "t", date = Departure, participants = 1, paymentMethod = card });
                using var answer = await _ada.Http.SendAsync(request);
                if (answer.StatusCode != HttpStatusCode.Created) return false;
                Booked.Enqueue(answer.Headers.Location!.ToString().Split('/')[^1]);
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
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
                    var logged = (await connection.QueryAsync<string>(
                        "SELECT booking_id FROM event_log WHERE event_type = @BookingCreated", new { EventTypes.BookingCreated })).ToHashSet();
                    missing = Booked.Count(id => !logged.Contains(id));
                    unsent = await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox");
                    return missing == 0 && unsent == 0;
                }, TimeSpan.FromSeconds(90));
            }
            catch (ShouldAssertException e)
            {
                throw new ShouldAssertException(
                    $"{missing} of {Booked.Count} bookings are not in the log, {unsent} events not sent.\n{Webs[0].Log}\n{Webs[1].Log}", e);
            }
            Booked.ShouldNotBeEmpty();
        }

        /// <summary>Besides, they came in order, every saga has ended, and each event has taken effect once.</summary>
        public async Task AllInPlaceAsync()
        {
            await AllPublishedAsync();
            await InOrderAsync();
            await _database.Database.ShouldHoldAsync(TimeSpan.FromSeconds(120));
            await _database.Database.ShouldAgreeAsync();
        }

        /// <summary>
        /// The first time each change of the departure reached the broker, all earlier ones had; and no booking was confirmed before it was created.
        /// </summary>
        private async Task InOrderAsync()
        {
            var bodies = await AuditStreamReader.ReadAsync(RabbitMq.Url, _stream, await LoggedAsync());
            var events = bodies.Select(body => JsonSerializer.Deserialize<EventEnvelope>(body, WireJson.EventOptions)!).DistinctBy(e => e.EventId)
                .ToArray();
            var versions = events.Where(e => e.EventType == EventTypes.AvailabilityUpdated).Select(e => e.Data.GetProperty("version").GetInt64())
                .ToArray();
            versions.Length.ShouldBeGreaterThanOrEqualTo(Booked.Count);
            versions.ShouldBe(versions.Order());
            var created = new HashSet<string>();
            foreach (var e in events.Where(e => e.EventType is EventTypes.BookingCreated or EventTypes.BookingConfirmed))
            {
                var id = e.Data.GetProperty("bookingId").GetString()!;
                if (e.EventType == EventTypes.BookingCreated) created.Add(id);
                else created.ShouldContain(id);
            }
        }

        /// <summary>
        /// How many messages of the exchange were an event that it had had before: the stream has them all, the log each event once.
        /// </summary>
        public async Task<long> PublishedTwiceAsync()
        {
            await using var connection = await _database.Database.OpenAsync();
            return await LoggedAsync() - await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM event_log");
        }

        /// <summary>How many messages of the stream are in the log by now.</summary>
        private async Task<long> LoggedAsync()
        {
            await using var connection = await _database.Database.OpenAsync();
            return await connection.ExecuteScalarAsync<long>("SELECT COALESCE(MAX(position), -1) + 1 FROM event_log_position");
        }

        public async Task DisposeAsync()
        {
            _ada.Dispose();
            foreach (var web in Webs) await web.DisposeAsync();
            foreach (var way in _ways) await way.DisposeAsync();
            await _database.DisposeAsync();
            await RabbitMq.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }

    public sealed class LoadOfBookings
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _workers;

        public LoadOfBookings(Fixture fixture) => _workers = Task.WhenAll(fixture.Webs.SelectMany(web => new[] { web, web }).Select(async web =>
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
