using Dapper;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>Besides <see cref="OutboxSpecs"/>: several processes on one database share the publishing.</summary>
public sealed class PostgresOutboxTests : OutboxSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);

    [Fact]
    public async Task Relays_that_come_and_go_share_the_shards_and_keep_the_order()
    {
        var settings = await NewDatabaseAsync();
        var bus = new RecordingEventBus();
        await using var one = await new StorageHost(settings, bus).ReadyAsync();
        var counters = await TourCounters.CreateAsync(one.Database);
        await using var two = await new StorageHost(settings, bus).ReadyAsync();
        var counting = counters.CountAsync(150, one, two);
        await Eventually.ShouldBeTrueAsync(async () => await SharesAsync(one) is [8, 8]);
        await using (await new StorageHost(settings, bus).ReadyAsync()) await Eventually.ShouldBeTrueAsync(
            async () => await SharesAsync(one) is [4, 6, 6]);
        await Eventually.ShouldBeTrueAsync(async () => await SharesAsync(one) is [8, 8]);
        await counting;
        await Eventually.ShouldBeTrueAsync(async () => await UnsentAsync(one) == 0);
        counters.ShouldBeInOrder(bus);
    }

    [Fact]
    public async Task The_shards_of_a_dead_process_wait_for_its_lease_and_are_taken_then()
    {
        var settings = await NewDatabaseAsync();
        await using var host = await new StorageHost(settings).WithoutRelayAsync();
        await host.Database.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                $"INSERT INTO outbox_relays (relay, standby, alive_until) VALUES ('dead', FALSE, " +
                $"{transaction.Dialect.Clock(TimeSpan.FromHours(1))})");
            await transaction.ExecuteAsync("UPDATE outbox_shards SET relay = 'dead'");
        });
        await CommitAsync(host, 20);
        await host.ReadyAsync();
        await Eventually.ShouldBeTrueAsync(async () => await RelaysAsync(host) == 2); // it has looked
        await Task.Delay(Quick.Poll * 3); // and looks again
        host.Bus.Attempts.ShouldBe(0);
        await host.Database.InTransactionAsync(transaction =>
            transaction.ExecuteAsync($"UPDATE outbox_relays SET alive_until = {transaction.Dialect.Clock(TimeSpan.Zero)} WHERE relay = 'dead'"));
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == 20);
    }

    [Fact]
    public async Task A_process_that_cannot_reach_the_broker_leaves_its_shards_to_one_that_can()
    {
        var settings = await NewDatabaseAsync();
        await using var cut = await new StorageHost(settings).ReadyAsync();
        await using var other = await new StorageHost(settings).ReadyAsync();
        await Eventually.ShouldBeTrueAsync(async () => await SharesAsync(cut) is [8, 8]);
        (cut.Bus.IsAway, cut.Bus.CanPublish) = (true, false);
        var events = await CommitAsync(cut, 60);
        await Eventually.ShouldBeTrueAsync(() => other.Bus.Published.Count == 60);
        other.Bus.Published.Select(e => e.EventId).ShouldBe(events.Select(e => e.EventId), ignoreOrder: true);
        await Eventually.ShouldBeTrueAsync(async () => await SharesAsync(cut) is [16]);
        (cut.Bus.IsAway, cut.Bus.CanPublish) = (false, true);
        await Eventually.ShouldBeTrueAsync(async () => await SharesAsync(cut) is [8, 8]);
    }

    [Fact]
    public async Task A_broker_that_takes_its_time_to_confirm_does_not_cost_the_lease()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        var confirms = new TaskCompletionSource();
        host.Bus.Confirms = confirms.Task;
        await CommitAsync(host, 1);
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == 1);
        var before = await AliveUntilAsync();
        for (var renewed = 0; renewed < 3; renewed++)
        {
            await Eventually.ShouldBeTrueAsync(async () => await AliveUntilAsync() > before);
            before = await AliveUntilAsync();
        }
        confirms.SetResult();

        async Task<DateTimeOffset> AliveUntilAsync()
        {
            await using var connection = await host.Database.OpenAsync();
            return await connection.ExecuteScalarAsync<DateTimeOffset>("SELECT MAX(alive_until) FROM outbox_relays");
        }
    }

    [Fact]
    public async Task A_relay_on_standby_publishes_only_while_there_is_no_other()
    {
        var settings = await NewDatabaseAsync();
        await using var standby = await new StorageHost(settings, outbox: Quick with { Standby = true }).ReadyAsync();
        await CommitAsync(standby, 20);
        await Eventually.ShouldBeTrueAsync(() => standby.Bus.Published.Count == 20);
        await using (var other = await new StorageHost(settings).ReadyAsync())
        {
            await Eventually.ShouldBeTrueAsync(() => other.Get<OutboxLease>().Owned == OutboxShards.All);
            await CommitAsync(standby, 20);
            await Eventually.ShouldBeTrueAsync(() => other.Bus.Published.Count == 20);
        }
        await CommitAsync(standby, 20);
        await Eventually.ShouldBeTrueAsync(() => standby.Bus.Published.Count == 40);
    }

    [Fact]
    public async Task A_commit_wakes_the_relay_of_the_process_that_holds_its_shard()
    {
        var settings = await NewDatabaseAsync();
        var drowsy = OutboxSettings.Default with { Poll = TimeSpan.FromHours(1), Lease = TimeSpan.FromHours(4) };
        await using var holder = await new StorageHost(settings, outbox: drowsy).ReadyAsync();
        await Eventually.ShouldBeTrueAsync(async () => await SharesAsync(holder) is [16]);
        // whoever asks for a lease at the same time as another asks again at its next look
        await using var other = await new StorageHost(settings, outbox: drowsy with { Standby = true, Poll = Quick.Poll }).ReadyAsync();
        await Eventually.ShouldBeTrueAsync(async () => await RelaysAsync(holder) == 2);
        // Whoever does not listen yet hears nothing, and has its poll; here that is an hour.
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await CommitAsync(other, 1);
            return holder.Bus.Published.Count > 0;
        });
        other.Bus.Attempts.ShouldBe(0);
    }

    /// <summary>How many shards each relay holds, the fewest first.</summary>
    private static async Task<long[]> SharesAsync(StorageHost host)
    {
        await using var connection = await host.Database.OpenAsync();
        return [.. (await connection.QueryAsync<long>("SELECT COUNT(*) FROM outbox_shards WHERE relay IS NOT NULL GROUP BY relay")).Order()];
    }

    private static async Task<long> RelaysAsync(StorageHost host)
    {
        await using var connection = await host.Database.OpenAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox_relays");
    }

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
