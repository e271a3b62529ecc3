using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Storage.Inbox;

/// <summary>What a transactional consumer promises while the database is there.</summary>
public abstract class TransactionalConsumerSpecs : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewSystemAsync();

    [Fact]
    public async Task An_event_that_comes_again_takes_effect_once()
    {
        await using var host = await new InboxHost(await NewSystemAsync()).ReadyAsync();
        var sent = await host.PublishTogetherAsync(async () =>
        {
            var some = await host.PublishAsync(49);
            foreach (var e in some.Concat(some).Reverse()) await host.Get<IEventBus>().PublishAsync(e);
            return some;
        });
        var last = await host.PublishAsync(1);
        await host.ShouldHaveCountedAsync([.. sent, .. last]);
        await Eventually.ShouldBeTrueAsync(() => host.Effects.Committed.Count == 51);
        host.Effects.Committed.Distinct().Count().ShouldBe(51);
        host.Effects.BatchSizes.Max().ShouldBeInRange(2, 10);
        await host.ShouldHaveNoDeadLettersAsync();
    }

    [Fact]
    public async Task One_event_that_breaks_a_constraint_is_dead_lettered_alone_and_leaves_no_trace()
    {
        await using var host = await new InboxHost(await NewSystemAsync()).ReadyAsync();
        var good = await host.PublishTogetherAsync(async () =>
        {
            var before = await host.PublishAsync(5);
            await host.PublishAsync(1, "tour.bad");
            return [.. before, .. await host.PublishAsync(20)];
        });
        await host.ShouldHaveCountedAsync(good);
        foreach (var consumer in new[] { InboxHost.OneByOne, InboxHost.InBatches })
        {
            await Eventually.ShouldBeTrueAsync(async () => await host.Get<IDeadLetters>().CountAsync(consumer) == 1);
            (await host.Get<IDeadLetters>().ListAsync(consumer, 10)).Letters.Single().Attempts.ShouldBe(3);
        }
        host.Pauses.ShouldBe(0);
        await host.ShouldHaveCountedAsync(good);
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class InProcessTransactionalConsumerTests : TransactionalConsumerSpecs
{
    protected override Task<PlatformSettings> NewSystemAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));

    [Fact]
    public async Task While_another_process_writes_to_the_file_events_wait()
    {
        var settings = await NewSystemAsync();
        await using var host = await new InboxHost(settings).ReadyAsync();
        OutgoingEvent[] sent;
        await using (SqliteWriter.Holding(Path.Combine(Folder, "realtimetours.db")))
        {
            sent = await host.PublishAsync(5);
            await Eventually.ShouldBeTrueAsync(() => host.Pauses >= 1);
        }
        await host.ShouldHaveCountedAsync(sent);
        await host.ShouldHaveNoDeadLettersAsync();
    }
}

public sealed class RabbitMqTransactionalConsumerTests : TransactionalConsumerSpecs
{
    protected override async Task<PlatformSettings> NewSystemAsync() => (await TestDatabases.PostgresAsync(Folder)) with
    {
        RabbitMqUrl = (await SharedServers.RabbitMq).Url, QueuePrefix = $"t{Guid.NewGuid():N}", Exchange = $"e{Guid.NewGuid():N}",
    };
}
