using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Messaging;

public sealed class RabbitMqEventBusTests : EventBusSpecs
{
    private readonly MessagingMetrics _metrics = new();
    private readonly EventTopology _topology = new($"events-{Guid.NewGuid():N}", $"t{Guid.NewGuid():N}");
    private IConnection _connection = null!;
    private IChannel _raw = null!;

    private protected override async Task<IEventBus> CreateBusAsync()
    {
        var url = (await SharedServers.RabbitMq).Url;
        _connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
        _raw = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var options = new RabbitMqBusOptions(url, _topology, PublishTimeout: TimeSpan.FromSeconds(60), WatchInterval: TimeSpan.FromSeconds(1));
        return new RabbitMqEventBus(options, Retries, TimeProvider.System, _metrics, NullLogger<RabbitMqEventBus>.Instance);
    }

    private protected override async Task PublishRawAsync(string routingKey, byte[] body) =>
        await _raw.BasicPublishAsync(_topology.Exchange, routingKey, body);

    private protected override async Task<IReadOnlyList<SeenDeadLetter>> DeadLettersAsync(string consumer)
    {
        var seen = new List<SeenDeadLetter>();
        while (await _raw.BasicGetAsync(_topology.DeadLetters(consumer), autoAck: true) is { } dead)
        {
            var headers = dead.BasicProperties.Headers!;
            headers.ShouldContainKey(EventTopology.FirstFailedAtHeader);
            Text(headers["x-original-routing-key"]).ShouldStartWith("tour.");
            seen.Add(new SeenDeadLetter(dead.Body, Text(headers["x-error"]), Convert.ToInt32(headers["x-attempt"], CultureInfo.InvariantCulture)));
        }
        return seen;
    }

    // Each of its queues has taken what the exchange gave it once a consumer behind all of it has.
    private protected override async Task SettledAsync()
    {
        var marker = await ConsumeAsync("marker", ["marker"]);
        await PublishAsync("marker");
        await Eventually.ShouldBeTrueAsync(() => marker.Count == 1);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _connection.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Queues_of_an_older_version_go_on_and_hear_no_commands_from_the_public_exchange()
    {
        const string Command = "payment.requested";
        // As older versions left them: nothing is bound to the exchange of queues, and commands came over the public one.
        await _raw.ExchangeDeclareAsync(_topology.Exchange, ExchangeType.Topic, durable: true);
        foreach (var (queue, next, limit) in new[]
        {
            (_topology.Queue("payments"), _topology.DeadLetters("payments"), KeyValuePair.Create("x-delivery-limit", (object?)50)),
            (_topology.Retry("payments", Retries.Delays[0]), _topology.Queue("payments"), KeyValuePair.Create("x-message-ttl", (object?)100L)),
        })
            await _raw.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>([limit])
            {
                ["x-queue-type"] = "quorum", ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = next,
                ["x-dead-letter-strategy"] = "at-least-once", ["x-overflow"] = "reject-publish",
            });
        await _raw.QueueBindAsync(_topology.Queue("payments"), _topology.Exchange, Command);

        var tries = 0;
        var payments = await ConsumeAsync("payments", [Command], (_, _) =>
            Interlocked.Increment(ref tries) < 3 ? throw new IOException() : Task.CompletedTask);
        await PublishRawAsync(Command, "{}"u8.ToArray());
        await PublishAsync(Command);
        await Eventually.ShouldBeTrueAsync(() => payments.Count == 1);
        await SettledAsync();
        (payments.Count, tries).ShouldBe((1, 3));
        (await DeadLettersAsync("payments")).ShouldBeEmpty();
    }

    [Fact]
    public async Task On_the_wire_an_event_is_what_the_contract_says()
    {
        await Eventually.ShouldBeTrueAsync(() => Bus.Problem is null);
        var queue = await _raw.QueueDeclareAsync();
        await _raw.QueueBindAsync(queue.QueueName, _topology.Exchange, "#");
        var sent = new OutgoingEvent("tour.created", "evt_1", "{}"u8.ToArray(), "req_1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await Bus.PublishAsync(sent);
        var got = await _raw.BasicGetAsync(queue.QueueName, autoAck: true);
        got.ShouldNotBeNull();
        got.RoutingKey.ShouldBe("tour.created");
        got.Body.ToArray().ShouldBe("{}"u8.ToArray());
        var properties = got.BasicProperties;
        (properties.ContentType, properties.Persistent, properties.Type, properties.MessageId, properties.CorrelationId)
            .ShouldBe(("application/json", true, "tour.created", "evt_1", "req_1"));
        Text(properties.Headers!["traceparent"]).ShouldBe(sent.TraceParent);
    }

    [Fact]
    public async Task Queues_are_named_after_prefix_and_consumer_and_survive_a_broker_restart()
    {
        await ConsumeAsync("realtime-hub", ["tour.#"]);
        // Declaring them again in the same way succeeds; in any other it closes the channel.
        await _raw.QueueDeclarePassiveAsync($"{_topology.QueuePrefix}.realtime-hub.retry.100ms");
        await _raw.QueueDeclareAsync($"{_topology.QueuePrefix}.realtime-hub.dlq", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 1_000_000_000 });
        (await _raw.QueueDeclarePassiveAsync($"{_topology.QueuePrefix}.realtime-hub")).ConsumerCount.ShouldBe(1u);
    }

    [Fact]
    public async Task A_foreign_message_keeps_its_own_properties_into_the_dead_letters()
    {
        await ConsumeAsync("keeper", ["tour.#"]);
        var properties = new BasicProperties
        {
            MessageId = "foreign", AppId = "supplier", UserId = "guest", Expiration = "60000",
            Headers = new Dictionary<string, object?> { ["shard"] = 7, ["CC"] = new List<object> { "elsewhere" } },
        };
        await _raw.BasicPublishAsync(_topology.Exchange, "tour.created", mandatory: true, properties, "broken"u8.ToArray());
        BasicGetResult? dead = null;
        await Eventually.ShouldBeTrueAsync(async () => (dead = await _raw.BasicGetAsync(_topology.DeadLetters("keeper"), autoAck: true)) is not null);
        dead!.BasicProperties.MessageId.ShouldBe("foreign");
        dead.BasicProperties.AppId.ShouldBe("supplier");
        dead.BasicProperties.IsExpirationPresent().ShouldBeFalse();
        dead.BasicProperties.Headers!["shard"].ShouldBe(7);
        dead.BasicProperties.Headers.ShouldNotContainKey("CC");
    }

    [Fact]
    public async Task A_consumer_whose_queue_is_deleted_declares_it_again()
    {
        var received = await ConsumeAsync("phoenix", ["tour.#"]);
        await _raw.QueueDeleteAsync(_topology.Queue("phoenix"));
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await PublishAsync("tour.created");
            return !received.IsEmpty;
        });
    }

    private static string Text(object? header) => Encoding.UTF8.GetString((byte[])header!);
}
