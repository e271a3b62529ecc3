using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>What others put into our exchange and queues, with a broker user who has rights on this system's names alone.</summary>
public sealed class RabbitMqForeignMessageTests : IAsyncLifetime
{
    private const string Consumer = "keeper";
    private static readonly EventTopology Topology = new("tour_booking_events", "tour_app");
    private readonly RabbitMqServer _server = new()
    {
        Configuration = """
            default_user = tours
            default_pass = tours
            default_permissions.configure = ^tour_.*
            default_permissions.write = ^tour_.*
            default_permissions.read = ^tour_.*
            """,
    };
    private readonly MessagingMetrics _metrics = new();
    private readonly EventFactory _events = new(TimeProvider.System, "spec");
    private RabbitMqBusOptions _options = null!;
    private RabbitMqEventBus _bus = null!;
    private IConnection _connection = null!;
    private IChannel _raw = null!;

    private IDeadLetters Letters => new RabbitMqDeadLetters(_options);

    public async Task InitializeAsync()
    {
        await _server.StartAsync();
        var url = $"amqp://tours:tours@127.0.0.1:{_server.Port}/";
        _options = new RabbitMqBusOptions(url, Topology, PublishTimeout: TimeSpan.FromSeconds(60), WatchInterval: TimeSpan.FromSeconds(1));
        _bus = new RabbitMqEventBus(
            _options, new([TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400)]), TimeProvider.System, _metrics,
            NullLogger<RabbitMqEventBus>.Instance);
        _connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
        _raw = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
    }

    public async Task DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _connection.DisposeAsync();
        _metrics.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_user_with_rights_on_the_prefix_alone_consumes_listens_retries_and_requeues()
    {
        var (tries, heard) = (0, 0);
        await ConsumeAsync((_, _) => Interlocked.Increment(ref tries) <= 3 ? throw new IOException("not now") : Task.CompletedTask);
        _bus.Listen(new ListenerDefinition("listener", ["tour.#"], (_, _) =>
        {
            Interlocked.Increment(ref heard);
            return Task.CompletedTask;
        }, Capacity: 10));
        await Eventually.ShouldBeTrueAsync(() => _bus.Problem is null);
        await _bus.PublishAsync(_events.Create("tour.created", new { tourId = "T" }));
        await _raw.BasicPublishAsync(Topology.Exchange, "tour.created", "broken"u8.ToArray());
        await LettersAsync(2);
        heard.ShouldBe(1);
        (await Letters.RequeueAllAsync(Consumer)).ShouldBe(2);
        await LettersAsync(1);
        tries.ShouldBe(4);
        (await _bus.SendAsync(Consumer, _events.Create("tour.created", new { tourId = "T" }))).ShouldBeTrue();
        await Eventually.ShouldBeTrueAsync(() => tries == 5);
    }

    [Fact]
    public async Task Headers_that_fill_a_frame_harm_no_other_dead_letter()
    {
        await ConsumeAsync();
        var headers = new Dictionary<string, object?>
        {
            ["big"] = new string('x', 130_600), ["shard"] = 7, ["nested"] = new Dictionary<string, object?> { ["a"] = new List<object> { 1, "b" } },
        };
        var properties = new BasicProperties { Headers = headers };
        await _raw.BasicPublishAsync(Topology.Exchange, "tour.created", mandatory: true, properties, "not json"u8.ToArray());
        for (var i = 0; i < 20; i++) await _raw.BasicPublishAsync(Topology.Exchange, "tour.created", Encoding.UTF8.GetBytes($"also broken {i}"));
        (await LettersAsync(21)).Select(letter => letter.Body).Distinct().Count().ShouldBe(21);
        BasicGetResult? letter = null;
        while (letter is null || !letter.Body.Span.SequenceEqual("not json"u8))
            letter = (await _raw.BasicGetAsync(Topology.DeadLetters(Consumer), autoAck: false)).ShouldNotBeNull();
        var kept = letter.BasicProperties.Headers!;
        kept["shard"].ShouldBe(7);
        kept.ShouldContainKey("nested");
        kept.ShouldNotContainKey("big");
        kept["x-dropped-headers"].ShouldBe(1);
    }

    [Fact]
    public async Task A_message_of_many_megabytes_is_kept_whole_with_its_reason_and_delays_nobody()
    {
        var handled = 0;
        await ConsumeAsync((_, _) =>
        {
            Interlocked.Increment(ref handled);
            return Task.CompletedTask;
        });
        var large = new byte[16 * 1024 * 1024];
        for (var i = 0; i < 5; i++) await _raw.BasicPublishAsync(Topology.Exchange, "tour.created", large);
        await _bus.PublishAsync(_events.Create("tour.created", new { tourId = "T" }));
        await Eventually.ShouldBeTrueAsync(() => handled == 1);
        var letters = await LettersAsync(5, listed: 4); // what one look takes into memory is bounded, too
        letters.ShouldAllBe(letter => letter.Size == large.Length && letter.Reason.Contains("at most 65536"));
    }

    // RabbitMQ's shovel publishes a message to another queue with all its headers.
    [Fact]
    public async Task A_letter_moved_back_with_its_old_headers_is_tried_as_often_as_a_new_one()
    {
        var tries = 0;
        await ConsumeAsync((_, _) => Interlocked.Increment(ref tries) < 6 ? throw new IOException("not now") : Task.CompletedTask);
        await _bus.PublishAsync(_events.Create("tour.created", new { tourId = "T" }));
        (await LettersAsync(1)).Single().Attempts.ShouldBe(3);
        tries.ShouldBe(3);
        var dead = (await _raw.BasicGetAsync(Topology.DeadLetters(Consumer), autoAck: true))!;
        await _raw.BasicPublishAsync(
            Topology.QueueExchange, Topology.Queue(Consumer), mandatory: true, new BasicProperties(dead.BasicProperties), dead.Body);
        await Eventually.ShouldBeTrueAsync(() => tries == 6);
        await LettersAsync(0);
    }

    [Fact]
    public async Task A_publishers_own_x_attempt_does_not_count()
    {
        var tries = 0;
        await ConsumeAsync((_, _) => Interlocked.Increment(ref tries) < 3 ? throw new IOException("not now") : Task.CompletedTask);
        var properties = new BasicProperties
        {
            Headers = new Dictionary<string, object?> { ["x-attempt"] = 3, ["x-first-failed-at"] = "once", ["x-original-routing-key"] = "other" },
        };
        await _raw.BasicPublishAsync(
            Topology.Exchange, "tour.created", mandatory: true, properties, _events.Create("tour.created", new { tourId = "T" }).Body);
        await Eventually.ShouldBeTrueAsync(() => tries == 3);
        await LettersAsync(0);
    }

    [Fact]
    public async Task A_message_that_expired_in_the_queue_is_said_to_have_expired()
    {
        using var release = new SemaphoreSlim(0);
        var consumer = await ConsumeAsync((_, _) => release.WaitAsync(TimeSpan.FromSeconds(60)));
        await consumer.DisposeAsync();
        await _raw.BasicPublishAsync(
            Topology.Exchange, "tour.created", mandatory: true, new BasicProperties { Expiration = "1" },
            _events.Create("tour.created", new { tourId = "T" }).Body);
        var letter = (await LettersAsync(1)).Single();
        letter.Reason.ShouldContain("expired");
        letter.Attempts.ShouldBe(1);
    }

    private async Task<IAsyncDisposable> ConsumeAsync(Func<EventEnvelope, CancellationToken, Task>? handle = null)
    {
        var consumer = _bus.Consume(new ConsumerDefinition(Consumer, ["tour.#"], handle ?? ((_, _) => Task.CompletedTask), 4));
        await Eventually.ShouldBeTrueAsync(() => _bus.Problem is null);
        return consumer;
    }

    private async Task<IReadOnlyList<DeadLetterView>> LettersAsync(int count, int? listed = null)
    {
        IReadOnlyList<DeadLetterView> letters = [];
        await Eventually.ShouldBeTrueAsync(async () => await Letters.CountAsync(Consumer) == count);
        await Eventually.ShouldBeTrueAsync(async () => (letters = (await Letters.ListAsync(Consumer, 100)).Letters).Count == (listed ?? count));
        return letters;
    }
}
