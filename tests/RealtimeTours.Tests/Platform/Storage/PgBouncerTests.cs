using System.Collections.Concurrent;
using Dapper;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>The outbox behind a pooler in transaction mode: what is published, in what order, by whom.</summary>
public sealed class PgBouncerOutboxTests : OutboxSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PgBouncerAsync(Folder);
}

public sealed class PgBouncerSchemaMigratorTests : SchemaMigratorSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PgBouncerAsync(Folder);

    protected override string SlowStatement => "DO $$ BEGIN PERFORM pg_sleep(3); END $$";

    protected override PlatformSettings Impatient(PlatformSettings settings) =>
        settings with { DatabaseUrl = settings.DatabaseUrl!.Replace("Command Timeout=120", "Command Timeout=1") };
}

/// <summary>The system as an operator runs it whose DATABASE_URL is that of PgBouncer in transaction mode, without any other setting.</summary>
public sealed class PgBouncerTests
{
    [Fact]
    public async Task Two_processes_take_200_bookings_at_once_and_a_watcher_sees_the_last_of_them()
    {
        var direct = await ServerSettings.OnSharedServersAsync();
        var settings = (direct with { Postgres = (await SharedServers.PgBouncer).Through(direct.Postgres) }).ToEnvironment();
        await using var hub = new HostProcess("RealtimeHub", settings);
        await using var first = new HostProcess("Web", settings);
        await using var second = new HostProcess("Web", settings);
        await Task.WhenAll(hub.StartAsync(), first.StartAsync(), second.StartAsync());
        using var crowd = new BookingCrowd(first.Address, second.Address);
        var date = await crowd.OpenAsync(["pooled"], 300);
        await using var watcher = await HubClient.ConnectAsync(hub.Hub);
        await watcher.WatchTourAsync("pooled");

        var statuses = new ConcurrentBag<int>();
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 200 }, async (n, _) =>
        {
            using var visitor = await new RestClient(n % 2 == 0 ? first.Address : second.Address).SignInAsync($"user{n}");
            statuses.Add((int)(await visitor.BookAsync("pooled", date, 1)).Status);
        });

        statuses.CountBy(status => status).ShouldBe([new(201, 200)]);
        await Eventually.ShouldBeTrueAsync(() => watcher.Updates.Any(update => update.AvailableSpots == 100));
        await using var source = PostgresAddress.Parse(direct.Postgres).BuildSource();
        await using var database = await source.OpenConnectionAsync();
        await Eventually.ShouldBeTrueAsync(async () => await database.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox") == 0);
        // A lock of a session would stay with the pooler, and keep the next host from its schema for ever.
        await using var third = new HostProcess("Web", settings);
        await third.StartAsync();
        (first.Log + second.Log).ShouldContain("connection pooler");
    }
}
