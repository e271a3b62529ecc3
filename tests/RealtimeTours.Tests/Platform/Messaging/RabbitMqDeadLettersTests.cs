using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Messaging;

public sealed class RabbitMqDeadLettersTests : DeadLetterSpecs
{
    private readonly MessagingMetrics _metrics = new();
    private RabbitMqBusOptions _options = null!;

    private protected override IDeadLetters Elsewhere => new RabbitMqDeadLetters(_options);

    private protected override async Task<(IEventBus Bus, IDeadLetters Letters)> CreateAsync()
    {
        var options = _options = new RabbitMqBusOptions(
            (await SharedServers.RabbitMq).Url, new EventTopology($"events-{Guid.NewGuid():N}", $"t{Guid.NewGuid():N}"),
            PublishTimeout: TimeSpan.FromSeconds(60), WatchInterval: TimeSpan.FromSeconds(10));
        var bus = new RabbitMqEventBus(options, Retries, TimeProvider.System, _metrics, NullLogger<RabbitMqEventBus>.Instance);
        return (bus, new RabbitMqDeadLetters(options));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said()
    {
        IDeadLetters away = new RabbitMqDeadLetters(
            new RabbitMqBusOptions("amqp://guest:guest@127.0.0.1:1/", new EventTopology("e", "p"), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        (await Should.ThrowAsync<EventBusUnavailableException>(() => away.ListAsync("any", 1))).Message.ShouldContain("RabbitMQ");
        var counts = new DeadLetterCounts(away, ["any"], TimeProvider.System);
        await counts.RefreshAsync(CancellationToken.None);
        counts.Current.ShouldBeEmpty("a host must not end because it cannot count");
    }
}
