using Dapper;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Storage;

public abstract class OutboxSpecs : IDisposable
{
    // Short, so that a test need not wait for a dead process's claim as long as production does.
    protected static readonly OutboxSettings Quick = OutboxSettings.Default with { Claim = TimeSpan.FromMilliseconds(700), LongestBackoff = TimeSpan.FromMilliseconds(300) };

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task A_committed_event_is_published_at_once_and_marked_sent()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        var sent = await CommitAsync(host, 1);
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == 1);
        host.Bus.Published[0].Body.ToArray().ShouldBe(sent[0].Body.ToArray());
        host.Bus.Published[0].CorrelationId.ShouldBe(sent[0].CorrelationId);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 0);
    }

    [Fact]
    public async Task Events_of_a_process_that_died_after_its_commit_are_sent_by_another()
    {
        var settings = await NewDatabaseAsync();
        IReadOnlyList<OutgoingEvent> lost;
        await using (var dying = await new StorageHost(settings, outbox: Quick).WithoutRelayAsync()) lost = await CommitAsync(dying, 30);
        await using var other = await new StorageHost(settings, outbox: Quick).ReadyAsync();

        await Eventually.ShouldBeTrueAsync(() => other.Bus.Published.Count >= lost.Count);
        other.Bus.Published.Select(e => e.EventId).ShouldBe(lost.Select(e => e.EventId), ignoreOrder: true);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(other) == 0);
    }

    [Fact]
    public async Task While_the_bus_is_away_events_wait_and_none_is_lost()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync(), outbox: Quick).ReadyAsync();
        host.Bus.IsAway = true;
        var before = await CommitAsync(host, 60);
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Attempts >= 70); // every event once, and probes after that
        (await UnsentAsync(host)).ShouldBe(60);
        host.Bus.Published.ShouldBeEmpty();

        host.Bus.IsAway = false;
        var after = await CommitAsync(host, 5);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 0);
        host.Bus.Published.Select(e => e.EventId).Distinct().ShouldBe(before.Concat(after).Select(e => e.EventId), ignoreOrder: true);
    }

    [Fact]
    public async Task One_event_the_bus_rejects_does_not_hold_up_the_others()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync(), outbox: Quick).ReadyAsync();
        host.Bus.Rejects = e => e.EventType == "bad";
        await host.Database.InTransactionAsync(transaction =>
        {
            transaction.Announce(host.Events.Create("bad", new { }));
            return Task.CompletedTask;
        });
        await CommitAsync(host, 20);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 1);
        host.Bus.Published.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Two_relays_share_the_work_without_sending_twice()
    {
        var settings = await NewDatabaseAsync();
        await using (var dying = await new StorageHost(settings, outbox: Quick).WithoutRelayAsync()) await CommitAsync(dying, 800);
        var bus = new RecordingEventBus();
        var patient = Quick with { Claim = TimeSpan.FromSeconds(10) };
        await using var one = await new StorageHost(settings, bus, patient).ReadyAsync();
        await using var two = await new StorageHost(settings, bus, patient).ReadyAsync();
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(one) == 0);
        bus.Published.Count.ShouldBe(800);
    }

    [Fact]
    public async Task A_graceful_stop_finishes_what_is_under_way()
    {
        var settings = await NewDatabaseAsync();
        await using (var stopping = await new StorageHost(settings).ReadyAsync()) await CommitAsync(stopping, 300);
        await using var next = await new StorageHost(settings).WithoutRelayAsync();
        await using var connection = await next.Database.OpenAsync();
        // Each row is either sent or free to be taken: none stays claimed by the process that stopped.
        (await connection.ExecuteScalarAsync<long>(
            $"SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND claimed_until > {next.Database.Dialect.Clock(TimeSpan.FromMilliseconds(50))}")).ShouldBe(0);
    }

    [Fact]
    public async Task Rows_sent_over_an_hour_ago_are_forgotten()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).WithoutRelayAsync();
        await CommitAsync(host, 3);
        await host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE outbox SET sent_at = @old WHERE event_id IN (SELECT MIN(event_id) FROM outbox)", new { old = DateTimeOffset.UtcNow.AddHours(-2) }));
        (await host.Get<OutboxTable>().DeleteOldAsync(default)).ShouldBeFalse();
        await using var connection = await host.Database.OpenAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox")).ShouldBe(2);
    }

    private protected static async Task<IReadOnlyList<OutgoingEvent>> CommitAsync(StorageHost host, int count)
    {
        var events = Enumerable.Range(0, count).Select(n => host.Events.Create("tour.updated", new { tourId = $"é{n}" })).ToArray();
        await host.Database.InTransactionAsync(transaction =>
        {
            transaction.Announce(events);
            return Task.CompletedTask;
        });
        return events;
    }

    private protected static Task<long> UnsentAsync(StorageHost host) => host.Get<OutboxTable>().CountUnsentAsync(default);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteOutboxTests : OutboxSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresOutboxTests : OutboxSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_loses_no_event()
    {
        await using var server = new PostgresServer();
        await server.StartAsync();
        await using var host = await new StorageHost(TestDatabases.Settings(server.Url(), Folder), outbox: Quick).ReadyAsync();
        host.Bus.IsAway = true;
        var before = await CommitAsync(host, 20);
        await server.KillAsync();
        await Should.ThrowAsync<Exception>(CommitAsync(host, 1));

        await server.StartAsync();
        host.Bus.IsAway = false;
        IReadOnlyList<OutgoingEvent> after = [];
        await Eventually.ShouldBeTrueAsync(async () => (after = await CommitAsync(host, 1)).Count == 1);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 0);
        host.Bus.Published.Select(e => e.EventId).Distinct().ShouldBe(before.Concat(after).Select(e => e.EventId), ignoreOrder: true);
    }
}
