using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Events;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub.Events;

public abstract class ProcessedEventsSpecs
{
    private protected abstract Task<IProcessedEvents> CreateAsync(TimeSpan memory);

    [Fact]
    public async Task An_effect_happens_once_per_event()
    {
        var processed = await CreateAsync(TimeSpan.FromHours(1));
        var runs = 0;
        for (var i = 0; i < 3; i++) await processed.RunOnceAsync("a", () => Task.FromResult(runs++), default);
        await processed.RunOnceAsync("b", () => Task.FromResult(runs++), default);
        runs.ShouldBe(2);
    }

    [Fact]
    public async Task A_failed_effect_may_be_tried_again()
    {
        var processed = await CreateAsync(TimeSpan.FromHours(1));
        await Should.ThrowAsync<IOException>(() => processed.RunOnceAsync("a", () => throw new IOException(), default));
        var ran = false;
        await processed.RunOnceAsync("a", () => Task.FromResult(ran = true), default);
        ran.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_deliveries_at_once_do_not_both_run()
    {
        var processed = await CreateAsync(TimeSpan.FromHours(1));
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = processed.RunOnceAsync("a", () =>
        {
            started.SetResult();
            return release.Task;
        }, default);
        await started.Task;
        var ran = false;
        await Should.ThrowAsync<EventBeingHandledException>(() => processed.RunOnceAsync("a", () => Task.FromResult(ran = true), default));
        release.SetResult();
        await first;
        await processed.RunOnceAsync("a", () => Task.FromResult(ran = true), default);
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task A_subject_only_advances()
    {
        var processed = await CreateAsync(TimeSpan.FromHours(1));
        (await processed.TryAdvanceAsync("a", "20")).ShouldBeTrue();
        (await processed.TryAdvanceAsync("a", "20")).ShouldBeTrue(); // a push that failed is tried again
        (await processed.TryAdvanceAsync("a", "19")).ShouldBeFalse();
        (await processed.TryAdvanceAsync("b", "19")).ShouldBeTrue();
        (await processed.TryAdvanceAsync("a", "21")).ShouldBeTrue();
        (await processed.TryAdvanceAsync("a", "20")).ShouldBeFalse();
    }

    [Fact]
    public async Task Events_are_forgotten_in_time()
    {
        var processed = await CreateAsync(TimeSpan.FromMilliseconds(50));
        await processed.RunOnceAsync("a", () => Task.CompletedTask, default);
        var again = false;
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await processed.RunOnceAsync("a", () => Task.FromResult(again = true), default);
            return again;
        });
    }
}

public sealed class MemoryProcessedEventsTests : ProcessedEventsSpecs
{
    private protected override Task<IProcessedEvents> CreateAsync(TimeSpan memory) => Task.FromResult<IProcessedEvents>(
        new MemoryProcessedEvents(HubNode.Embedded() with { ProcessedEventMemory = memory }, TimeProvider.System));
}

public sealed class RedisProcessedEventsTests : ProcessedEventsSpecs
{
    private protected override async Task<IProcessedEvents> CreateAsync(TimeSpan memory)
    {
        var redis = (await SharedServers.Redis).Connect();
        // Both connections are up, and have been for a while: a slow first one counts as Redis come back.
        await (await redis.SubscriberAsync()).PingAsync();
        await Eventually.ShouldBeTrueAsync(() => !redis.IsSettling);
        return new RedisProcessedEvents(
            redis, new RedisKeys($"{{{Guid.NewGuid():N}}}"), HubNode.Embedded() with { ProcessedEventMemory = memory });
    }
}
