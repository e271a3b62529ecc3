using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.InProcess;

namespace RealtimeTours.Tests.Platform.Messaging;

public sealed class InProcessEventBusTests : EventBusSpecs
{
    private readonly MessagingMetrics _metrics = new();

    private protected override Task<IEventBus> CreateBusAsync() =>
        Task.FromResult<IEventBus>(new InProcessEventBus(Retries, TimeProvider.System, _metrics, NullLogger<InProcessEventBus>.Instance));

    private protected override Task PublishRawAsync(string routingKey, byte[] body) => Bus.PublishAsync(new OutgoingEvent(routingKey, "raw", body));

    private protected override Task<IReadOnlyList<SeenDeadLetter>> DeadLettersAsync(string consumer) =>
        Task.FromResult<IReadOnlyList<SeenDeadLetter>>(
        [.. ((InProcessEventBus)Bus).DeadLetters(consumer).Select(dead => new SeenDeadLetter(dead.Body, dead.Reason, dead.Attempts))]);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Draining_waits_for_what_is_queued()
    {
        var received = await ConsumeAsync("drained", ["tour.#"], async (_, token) => await Task.Delay(1, token), concurrency: 1);
        for (var i = 0; i < 50; i++) await PublishAsync("tour.created");
        await Bus.DrainAsync(CancellationToken.None);
        received.Count.ShouldBe(50);
    }

    [Fact]
    public async Task After_its_end_it_refuses_to_publish()
    {
        await ((IAsyncDisposable)Bus).DisposeAsync();
        await Should.ThrowAsync<EventBusUnavailableException>(() => PublishAsync("tour.created"));
    }
}
