using System.Diagnostics;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Storage.Inbox;

/// <summary>Events that come while PostgreSQL is away wait for it, however long: here for many times as long as all retries together.</summary>
public sealed class PostgresAwayTests : IAsyncLifetime
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(4);
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private readonly PostgresServer _server = new();

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_it_is_down_events_wait_and_take_effect_once_when_it_is_back(bool broker)
    {
        await using var host = await new InboxHost(await SystemAsync(broker)).ReadyAsync();
        var sent = new List<OutgoingEvent>(await host.PublishAsync(20)); // some are under way when it dies
        await _server.KillAsync();
        sent.AddRange(await host.PublishAsync(50));
        await Eventually.ShouldBeTrueAsync(() => host.Pauses == 2);
        await OutageAsync();
        sent.AddRange(await host.PublishAsync(5));

        await _server.StartAsync();
        await host.ShouldHaveCountedAsync(sent);
        await host.ShouldHaveNoDeadLettersAsync();
        host.Pauses.ShouldBe(2, "each of the two consumers says it once");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_it_stands_still_events_wait_and_take_effect_once_when_it_goes_on(bool broker)
    {
        await using var way = new TcpProxy(_server.Port);
        var settings = await SystemAsync(broker, way.Port, "?Timeout=1&Command Timeout=1&Maximum Pool Size=10");
        await using var host = await new InboxHost(settings).ReadyAsync();
        var sent = new List<OutgoingEvent>(await host.PublishAsync(20));
        way.Stall(toServer: false); // what it is told still arrives: a commit may count although nobody hears so
        sent.AddRange(await host.PublishAsync(50));
        await Eventually.ShouldBeTrueAsync(() => host.Pauses == 2);
        await OutageAsync();

        way.Resume();
        await host.ShouldHaveCountedAsync(sent);
        await host.ShouldHaveNoDeadLettersAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_its_disk_is_full_events_wait_although_it_answers(bool broker)
    {
        await using var host = await new InboxHost(await SystemAsync(broker)).ReadyAsync();
        await ExecuteAsync(host, """
            CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
              'BEGIN RAISE EXCEPTION ''could not extend file'' USING ERRCODE = ''disk_full''; END';
            CREATE TRIGGER disk_is_full BEFORE INSERT ON counted EXECUTE FUNCTION disk_is_full();
            """);
        var sent = await host.PublishAsync(50);
        await Eventually.ShouldBeTrueAsync(() => host.Pauses >= 2);
        await OutageAsync();

        await ExecuteAsync(host, "DROP TRIGGER disk_is_full ON counted");
        await host.ShouldHaveCountedAsync(sent);
        await host.ShouldHaveNoDeadLettersAsync();

        static Task ExecuteAsync(InboxHost host, string sql) =>
            host.Get<Database>().InTransactionAsync(transaction => transaction.ExecuteAsync(sql));
    }

    [Fact]
    public async Task A_host_that_starts_and_stops_while_it_is_down_leaves_its_events_to_the_next()
    {
        var settings = await SystemAsync(broker: true);
        await using (await new InboxHost(settings).ReadyAsync())
        {
            // Its queues stay.
        }
        await _server.KillAsync();
        OutgoingEvent[] sent;
        await using (var early = await new InboxHost(settings).StartAsync())
        {
            sent = await early.PublishAsync(30);
            await OutageAsync();
            var clock = Stopwatch.StartNew();
            await early.StopAsync();
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        }
        await _server.StartAsync();
        await using var host = await new InboxHost(settings).ReadyAsync();
        await host.ShouldHaveCountedAsync(sent);
        await host.ShouldHaveNoDeadLettersAsync();
    }

    [Fact]
    public async Task A_host_that_stops_during_a_pause_leaves_its_events_to_the_next()
    {
        var settings = await SystemAsync(broker: true);
        OutgoingEvent[] sent;
        await using (var first = await new InboxHost(settings).ReadyAsync())
        {
            await _server.KillAsync();
            sent = await first.PublishAsync(30);
            await Eventually.ShouldBeTrueAsync(() => first.Pauses == 2);
            var clock = Stopwatch.StartNew();
            await first.StopAsync();
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        }
        await _server.StartAsync();
        await using var host = await new InboxHost(settings).ReadyAsync();
        await host.ShouldHaveCountedAsync(sent);
        await host.ShouldHaveNoDeadLettersAsync();
    }

    private async Task<PlatformSettings> SystemAsync(bool broker, int? port = null, string parameters = "?Maximum Pool Size=10")
    {
        var url = (await _server.CreateDatabaseAsync()).Replace($":{_server.Port}/", $":{port ?? _server.Port}/", StringComparison.Ordinal);
        return TestDatabases.Settings(url + parameters, _folder) with
        {
            QueuePrefix = $"t{Guid.NewGuid():N}", Exchange = $"e{Guid.NewGuid():N}", RabbitMqUrl = broker ? (await SharedServers.RabbitMq).Url : null,
        };
    }

    private static async Task OutageAsync()
    {
        var clock = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => clock.Elapsed > Outage);
    }
}
