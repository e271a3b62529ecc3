using System.Diagnostics;
using Dapper;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.RealtimeHub.Admission;
using RealtimeTours.Tests.Servers;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Journeys;

/// <summary>
/// Crowds at real processes of Web, some of which die, or their servers do. What was promised is kept, and every seat, every cent and every event is
/// where it belongs.
/// </summary>
[Collection(nameof(Alone))]
public sealed class BookingCrowdTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Cards =
        ["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_timeout", "pm_card_twice", "pm_card_late"];
    private static readonly string[] Tours = [.. Enumerable.Range(0, 5).Select(n => $"tour{n}")];
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public async Task Five_thousand_requests_at_two_processes_sell_500_seats_and_no_more()
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        await using var first = new HostProcess("Web", servers.ToEnvironment());
        await using var second = new HostProcess("Web", servers.ToEnvironment());
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        using var crowd = new BookingCrowd(first.Address, second.Address);
        var date = await crowd.OpenAsync(["hot"], 500);
        output.WriteLine($"seed {_seed}");

        var parties = Parties(5_000);
        await Parallel.ForAsync(0, 5_000, Many(64), async (n, _) =>
            await crowd.BookAsync(n, "hot", date, parties[n], n % 5 == 0 ? Cards[n / 5 % Cards.Length] : null));

        await using var database = await DatabaseAsync(servers.Postgres);
        await AllIsInPlaceAsync(database.Database, crowd);
        output.WriteLine($"{crowd.Booked.Count} booked, {crowd.Refused.Count} refused");
        crowd.Booked.Values.Sum().ShouldBeGreaterThanOrEqualTo(500); // declined ones came back and were sold again
    }

    [Fact]
    public async Task Eight_identical_requests_with_each_of_1000_keys_make_one_booking_each()
    {
        const int Keys = 1_000;
        var servers = await ServerSettings.OnSharedServersAsync();
        await using var first = new HostProcess("Web", servers.ToEnvironment());
        await using var second = new HostProcess("Web", servers.ToEnvironment());
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        using var crowd = new BookingCrowd(first.Address, second.Address);
        var date = await crowd.OpenAsync(["keyed"], Keys);

        var clock = Stopwatch.StartNew();
        var statuses = new int[Keys * 8];
        // The eight of a key come at the same time, from one user, to both processes.
        await Parallel.ForAsync(0, statuses.Length, Many(128), async (n, _) =>
            statuses[n] = await crowd.BookAsync(n / 8 + n % 2 * BookingCrowd.Users, "keyed", date, 1, null, $"key-{n / 8}"));

        output.WriteLine($"{statuses.Length} requests answered in {clock.Elapsed.TotalSeconds:0.0} s");
        statuses.ShouldAllBe(status => status == 201);
        crowd.Booked.Count.ShouldBe(Keys);
        await using var database = await DatabaseAsync(servers.Postgres);
        await AllIsInPlaceAsync(database.Database, crowd);
    }

    [Fact]
    public async Task Processes_killed_under_load_lose_no_promise_and_end_every_saga()
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        await using var first = new HostProcess("Web", servers.ToEnvironment());
        await using var second = new HostProcess("Web", servers.ToEnvironment());
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await UnderKillsAsync([first, second], [first, second], kills: 4);
        await using var database = await DatabaseAsync(servers.Postgres);
        await AllIsInPlaceAsync(database.Database, _crowd!);
    }

    [Fact]
    public async Task PostgreSQL_and_Redis_killed_under_load_lose_no_promise_and_every_browser_has_the_last_figure()
    {
        await using var postgres = new PostgresServer();
        await using var redis = new RedisServer();
        await Task.WhenAll(postgres.StartAsync(), redis.StartAsync());
        var settings = new ServerSettings((await SharedServers.RabbitMq).Url, redis.Url, postgres.Url())
        {
            Extra = new Dictionary<string, string> { ["Messaging__RetryDelays"] = "1,2,3,4,5,30" }, // more than the database is ever away here
        }.ToEnvironment();
        await using var first = new HostProcess("Web", settings);
        await using var second = new HostProcess("Web", settings);
        await using var hub = new HostProcess("RealtimeHub", settings);
        await Task.WhenAll(first.StartAsync(), second.StartAsync(), hub.StartAsync());
        await using var browser = await WatcherView.JavaScriptAsync(hub.Hub, Tours);
        await using var program = await WatcherView.DotNetAsync(hub.Address, Tours);
        var date = await UnderKillsAsync([first, second], [postgres, redis], kills: 5);
        // The last figures are those of a time without Redis: no later change puts right what got lost.
        await redis.KillAsync();
        for (var n = 0; n < 2 * Tours.Length; n++) (await _crowd!.BookAsync(n, Tours[n % Tours.Length], date, 1, null)).ShouldBe(201);
        await redis.StartAsync();

        await using var database = await DatabaseAsync(postgres.Url());
        await AllIsInPlaceAsync(database.Database, _crowd!);
        await using var connection = await database.Database.OpenAsync();
        var departures = await EventRecount.DeparturesAsync(connection);
        departures.Count.ShouldBe(Tours.Length);
        WatcherView[] watchers = [browser, program];
        string[] WhatIsWrong() =>
        [
            .. from watcher in watchers
               from departure in departures
               let shown = watcher.Seats(departure.Tour, departure.Date)
               where shown != departure.Seats
               select $"{watcher.Name} shows {shown} seats of {departure}",
        ];
        await BookingInvariants.WaitAsync(() => Task.FromResult(WhatIsWrong()), TimeSpan.FromMinutes(2), $"seed {_seed}");
        foreach (var watcher in watchers) watcher.Breaches.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_process_killed_under_load_goes_on_where_it_was_and_no_card_number_is_anywhere()
    {
        const string Card = "4242424242424242";
        var data = Path.Combine(_folder, "data");
        await using var web = new HostProcess("Web", new Dictionary<string, string>
        {
            ["DATA_FOLDER"] = data, ["WEBSOCKET_PORT"] = $"{ServerProcess.FreePort()}", ["SAMPLE_CATALOGUE"] = "false",
        });
        await web.StartAsync();
        var left = new List<long>();
        await UnderKillsAsync([web], [web], kills: 3, async () => left.Add(await CountAsync(data, "pending_deliveries")));
        output.WriteLine($"deliveries that the dead left: {string.Join(", ", left)}");
        left.Max().ShouldBePositive("or nothing was proved about them");
        (await _crowd!.BookAsync(0, Tours[0], TestWeb.InDays(30), 1, Card)).ShouldBe(422);
        (await _crowd.BookAsync(0, Tours[0], TestWeb.InDays(30), 1, "4242-4242-4242-4242")).ShouldBe(422);

        await using (var database = new StorageHost(TestDatabases.SqliteIn(data)))
            await AllIsInPlaceAsync(database.Database, _crowd);
        string[] written = [web.Log, web.Errors];
        await web.StopAsync();
        written[0].ShouldNotBeEmpty();
        foreach (var text in Directory.GetFiles(data).Select(file => File.ReadAllText(file, System.Text.Encoding.Latin1)).Concat(written))
        {
            text.ShouldNotContain(Card);
            text.ShouldNotContain("4242-4242");
        }
    }

    public void Dispose()
    {
        _crowd?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private BookingCrowd? _crowd;

    /// <summary>Load goes on until the last of the kills is over and what was killed is back.</summary>
    /// <param name="whileAway">What to do between the end of one and its next start.</param>
    /// <returns>The departure of all <see cref="Tours"/>.</returns>
    private async Task<DateTimeOffset> UnderKillsAsync(HostProcess[] webs, ServerProcess[] killed, int kills, Func<Task>? whileAway = null)
    {
        output.WriteLine($"seed {_seed}");
        var crowd = _crowd = new BookingCrowd([.. webs.Select(web => web.Address)]);
        var date = await crowd.OpenAsync(Tours, 1_000);
        var parties = Parties(4_096);
        using var over = new CancellationTokenSource();
        var visitors = Enumerable.Range(0, 12).Select(visitor => Task.Run(async () =>
        {
            for (var n = visitor; !over.IsCancellationRequested; n += 12)
            {
                await crowd.BookAsync(
                    visitor, Tours[n % Tours.Length], date, parties[n % parties.Length], n % 4 == 0 ? null : Cards[n % Cards.Length]);
                await Task.Delay(30); // a crowd, not a benchmark
            }
        })).ToArray();
        var random = new Random(_seed);
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(random.Next(400, 1_500));
            var one = killed[kill % killed.Length];
            await one.KillAsync();
            if (whileAway is not null) await whileAway();
            await one.StartAsync();
            var answers = crowd.Answers;
            // it works again before the next one dies
            await Eventually.ShouldBeTrueAsync(() => crowd.Answers >= answers + 20, TimeSpan.FromMinutes(3));
        }
        await over.CancelAsync();
        await Task.WhenAll(visitors);
        output.WriteLine($"{crowd.Booked.Count} booked, {crowd.Refused.Count} refused");
        crowd.Booked.ShouldNotBeEmpty();
        return date;
    }

    /// <summary>
    /// All sagas have ended, nothing waits to be sent, everything adds up, and there are exactly the bookings that were answered with 201.
    /// </summary>
    private async Task AllIsInPlaceAsync(Database database, BookingCrowd crowd)
    {
        await database.ShouldHoldAsync(TimeSpan.FromSeconds(120), $"seed {_seed}");
        await database.ShouldAgreeAsync($"seed {_seed}");
        await using var connection = await database.OpenAsync();
        var rows = (await connection.QueryAsync<(string Id, int Participants)>("SELECT id, participants FROM bookings"))
            .ToDictionary(row => row.Id, row => row.Participants);
        rows.Count.ShouldBe(crowd.Booked.Count, "as many bookings as answers with 201");
        foreach (var (id, participants) in crowd.Booked) rows[id].ShouldBe(participants);
    }

    // Of a process that is dead.
    private static async Task<long> CountAsync(string dataFolder, string table)
    {
        await using var database = await new StorageHost(TestDatabases.SqliteIn(dataFolder)).WithoutRelayAsync();
        await using var connection = await database.Database.OpenAsync();
        return await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}");
    }

    private int[] Parties(int count)
    {
        var random = new Random(_seed);
        return [.. Enumerable.Range(0, count).Select(_ => 1 + random.Next(3))];
    }

    private static ParallelOptions Many(int atOnce) => new() { MaxDegreeOfParallelism = atOnce };

    private async Task<StorageHost> DatabaseAsync(string url) =>
        await new StorageHost(TestDatabases.Settings(url, _folder)).WithoutRelayAsync();
}
