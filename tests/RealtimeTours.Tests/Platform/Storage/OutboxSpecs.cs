using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Tests.Platform.Storage;

public abstract class OutboxSpecs : IDisposable
{
    protected static readonly OutboxSettings Quick = OutboxSettings.Default with { Backoff = TimeSpan.FromMilliseconds(100) };

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task A_committed_event_is_published_at_once_and_leaves_the_outbox()
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
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Attempts >= 3); // the first of them again and again
        (await UnsentAsync(host)).ShouldBe(60);
        host.Bus.Published.ShouldBeEmpty();

        host.Bus.IsAway = false;
        var after = await CommitAsync(host, 5);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 0);
        host.Bus.Published.Select(e => e.EventId).Distinct().ShouldBe(before.Concat(after).Select(e => e.EventId), ignoreOrder: true);
    }

    [Fact]
    public async Task Who_announces_much_waits_while_more_than_so_many_events_wait()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync(), outbox: Quick).ReadyAsync();
        host.Bus.IsAway = true;
        await CommitAsync(host, 60);
        var pressure = host.Get<OutboxBackpressure>();

        await pressure.WaitAsync(rows: 60, CancellationToken.None);
        var waits = pressure.WaitAsync(rows: 59, CancellationToken.None);
        await CommitAsync(host, 5);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 65);
        waits.IsCompleted.ShouldBeFalse();
        using (var stop = new CancellationTokenSource())
        {
            var stopped = pressure.WaitAsync(rows: 0, stop.Token);
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(stopped);
        }
        host.Bus.IsAway = false;
        await waits.WaitAsync(TimeSpan.FromMinutes(1));
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
    public async Task A_graceful_stop_finishes_what_is_under_way_and_leaves_the_rest_in_the_outbox()
    {
        var settings = await NewDatabaseAsync();
        var bus = new RecordingEventBus();
        await using (var stopping = await new StorageHost(settings, bus).ReadyAsync()) await CommitAsync(stopping, 300);
        await using var next = await new StorageHost(settings).WithoutRelayAsync();
        (await UnsentAsync(next) + bus.Published.Count).ShouldBe(300);
        await using var connection = await next.Database.OpenAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox_relays")).ShouldBe(0);
    }

    [Fact]
    public async Task An_event_does_not_wait_for_the_confirm_of_the_one_before()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        var confirms = new TaskCompletionSource();
        host.Bus.Confirms = confirms.Task;
        for (var committed = 1; committed <= 3; committed++)
        {
            await CommitAsync(host, 1);
            await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == committed);
        }
        (await UnsentAsync(host)).ShouldBe(3);
        confirms.SetResult();
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 0);
        host.Bus.Published.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Events_of_a_tour_leave_in_the_order_of_their_commits_though_the_bus_comes_and_goes()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync(), outbox: Quick).ReadyAsync();
        var counters = await TourCounters.CreateAsync(host.Database);
        host.Bus.FailsEvery = 10;
        await counters.CountAsync(40, host);
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 0);
        counters.ShouldBeInOrder(host.Bus);
    }

    [Fact]
    public async Task What_waits_in_the_outbox_of_the_version_before_shards_is_published_after_the_upgrade()
    {
        await using var host = new StorageHost(await NewDatabaseAsync());
        var before = SchemaScripts.Core([.. SchemaScripts.In(typeof(EventEnvelope).Assembly).InOrder.Where(script => script.Number != 7)]);
        await new SchemaMigrator(host.Database, [before], new StorageReadiness(), NullLogger<SchemaMigrator>.Instance).MigrateAsync(default);
        await host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            INSERT INTO outbox (event_id, event_type, body, correlation_id, created_at, sent_at)
            VALUES ('evt_1', 'tour.updated', '{"é":1}', 'req_1', @now, NULL), ('evt_2', 'tour.updated', '{}', NULL, @now, @now),
                   ('evt_3', 'tour.created', '{}', NULL, @now, NULL)
            """, new { now = DateTimeOffset.UtcNow }));
        await host.ReadyAsync();
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(host) == 0);
        host.Bus.Published.Select(e => (e.EventId, e.EventType, Encoding.UTF8.GetString(e.Body.Span), e.CorrelationId))
            .ShouldBe([("evt_1", "tour.updated", """{"é":1}""", "req_1"), ("evt_3", "tour.created", "{}", null)]);
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

    private protected static Task<long> UnsentAsync(StorageHost host) => host.Get<OutboxTable>().CountAsync(default);

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
