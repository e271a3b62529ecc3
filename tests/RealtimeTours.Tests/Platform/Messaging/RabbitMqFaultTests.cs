using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Platform.Messaging.Receiving;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>What the bus does when its broker is away, dies or hangs. Each test has a broker of its own.</summary>
public sealed class RabbitMqFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60); // the machine may be busy with other tests
    // of a broker that hangs; a slow one needs longer, so what must arrive is published again
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(2);
    private readonly RabbitMqServer _server = new();
    private readonly MessagingMetrics _metrics = new();
    private readonly EventFactory _events = new(TimeProvider.System, "spec");
    private readonly RecordedLog _log = new();
    private RabbitMqEventBus _bus = null!;

    public Task InitializeAsync()
    {
        var options = new RabbitMqBusOptions(_server.Url, new EventTopology("events", "t"), PublishTimeout, WatchInterval: TimeSpan.FromSeconds(1));
        var schedule = new RetrySchedule([TimeSpan.FromMilliseconds(200)]);
        _bus = new RabbitMqEventBus(options, schedule, TimeProvider.System, _metrics, new LoggerFactory([_log]).CreateLogger<RabbitMqEventBus>());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _server.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task A_broker_that_is_down_at_the_start_is_waited_for()
    {
        var received = Consume();
        _bus.Problem.ShouldNotBeNull();
        await Should.ThrowAsync<EventBusUnavailableException>(() => PublishAsync());
        await _server.StartAsync();
        await ReadyAsync();
        var sent = await PublishUntilConfirmedAsync();
        await Eventually.ShouldBeTrueAsync(() => received.ContainsKey(sent), Deadline);
    }

    [Fact]
    public async Task Under_load_every_confirmed_event_survives_a_killed_broker_and_is_handled()
    {
        await _server.StartAsync();
        var received = Consume(failSometimes: true);
        await ReadyAsync();
        var (confirmed, failed) = (new ConcurrentBag<string>(), 0);
        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                try
                {
                    confirmed.Add(await PublishAsync());
                }
                catch (EventBusUnavailableException)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        })).ToArray();
        await Eventually.ShouldBeTrueAsync(() => confirmed.Count > 500, Deadline);
        await _server.QueuesAreOnDiskAsync("t.steady", "t.steady.retry.200ms", "t.steady.dlq");
        await _server.KillAsync();
        await _server.StartAsync();
        var before = confirmed.Count;
        await Eventually.ShouldBeTrueAsync(() => confirmed.Count > before + 500, Deadline);
        await enough.CancelAsync();
        await Task.WhenAll(load);
        failed.ShouldBeGreaterThan(0);
        await Eventually.ShouldBeTrueAsync(() => confirmed.All(received.ContainsKey), Deadline);
        await ReadyAsync();
    }

    [Fact]
    public async Task A_broker_that_hangs_fails_publishes_in_time_and_is_used_again_when_it_wakes()
    {
        await _server.StartAsync();
        var received = Consume();
        await ReadyAsync();
        await PublishUntilConfirmedAsync();
        await ReadyAsync();
        await SignalAsync("-STOP");
        try
        {
            var clock = Stopwatch.StartNew();
            var publishes = Enumerable.Range(0, 100).Select(_ => PublishAsync()).ToArray();
            // Each ends by itself, and for the reason given: heartbeats of ten seconds find the broker gone after twenty.
            var ends = publishes.Select(publish => Should.ThrowAsync<EventBusUnavailableException>(() => publish).WaitAsync(Deadline));
            (await Task.WhenAll(ends))[0].Message.ShouldContain($"no confirm within {PublishTimeout.TotalSeconds} s");
            clock.Elapsed.ShouldBeInRange(PublishTimeout - TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(15));
        }
        finally
        {
            await SignalAsync("-CONT");
        }
        var sent = await PublishUntilConfirmedAsync();
        await Eventually.ShouldBeTrueAsync(() => received.ContainsKey(sent), Deadline);
    }

    [Fact]
    public async Task A_handler_that_outlives_its_connection_does_not_acknowledge_on_the_next()
    {
        await _server.StartAsync();
        var (calls, gate) = (0, new TaskCompletionSource());
        _bus.Consume(new ConsumerDefinition("slow", ["tour.#"], async (_, _) =>
        {
            if (Interlocked.Increment(ref calls) == 1) await gate.Task;
        }, Concurrency: 2));
        await ReadyAsync();
        await PublishUntilConfirmedAsync();
        await Eventually.ShouldBeTrueAsync(() => calls >= 1, Deadline);
        await _server.QueuesAreOnDiskAsync("t.slow", "t.slow.retry.200ms", "t.slow.dlq");
        await _server.KillAsync();
        await _server.StartAsync();
        await Eventually.ShouldBeTrueAsync(() => calls >= 2, Deadline); // delivered again
        await ReadyAsync(); // the publisher has a connection of its own, which may be back later
        var before = calls;
        gate.SetResult();
        await PublishUntilConfirmedAsync();
        await Eventually.ShouldBeTrueAsync(() => calls > before, Deadline);
        _log.Warnings.ShouldNotContain(line => line.Contains("delivery tag"), "the broker ends a channel that acknowledges what came on another");
    }

    [Fact]
    public async Task A_pause_keeps_its_connection_however_much_waits_and_outlives_the_broker()
    {
        await _server.StartAsync();
        var (server, handled) = (new ServerThatIsAway(), new ConcurrentDictionary<string, bool>());
        _bus.Consume(new ConsumerDefinition("patient", ["tour.#"], (envelope, _) =>
        {
            if (server.Away) throw new IOException("away");
            handled[envelope.EventId] = true;
            return Task.CompletedTask;
        }, Concurrency: 2, Needs: server));
        await ReadyAsync();
        var sent = new List<string>();
        for (var i = 0; i < 20; i++) sent.Add(await PublishUntilConfirmedAsync()); // more than the four it may hold
        var clock = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => clock.Elapsed > TimeSpan.FromSeconds(4)); // the watch has looked several times
        _log.Warnings.Count(line => line.Contains("patient pauses because the server is away")).ShouldBe(1);
        _log.Warnings.ShouldNotContain(line => line.Contains("was lost"));

        await _server.QueuesAreOnDiskAsync("t.patient", "t.patient.retry.200ms", "t.patient.dlq");
        await _server.KillAsync();
        await _server.StartAsync();
        await ReadyAsync();
        handled.ShouldBeEmpty();
        server.Away = false;
        await Eventually.ShouldBeTrueAsync(() => sent.All(handled.ContainsKey), Deadline);
        _log.Warnings.ShouldNotContain(line => line.Contains("failed on") || line.Contains("dead-lettered"));
    }

    private sealed class ServerThatIsAway : IConsumerDependency
    {
        public volatile bool Away = true;

        public string Name => "the server";

        public bool LooksAway(Exception error) => error is IOException;

        public Task ProbeAsync(CancellationToken cancellationToken) => Away ? throw new IOException("away") : Task.CompletedTask;
    }

    private ConcurrentDictionary<string, bool> Consume(bool failSometimes = false)
    {
        var (received, failedOnce) = (new ConcurrentDictionary<string, bool>(), new ConcurrentDictionary<string, bool>());
        var calls = 0;
        _bus.Consume(new ConsumerDefinition("steady", ["tour.#"], (envelope, _) =>
        {
            // Every 20th event goes round by the retry queue, once.
            if (failSometimes && Interlocked.Increment(ref calls) % 20 == 0 && failedOnce.TryAdd(envelope.EventId, true))
                throw new InvalidOperationException("once more");
            received[envelope.EventId] = true;
            return Task.CompletedTask;
        }));
        return received;
    }

    private async Task<string> PublishAsync()
    {
        var sent = _events.Create("tour.created", new { tourId = "TOUR_1" });
        await _bus.PublishAsync(sent);
        return sent.EventId;
    }

    private async Task<string> PublishUntilConfirmedAsync()
    {
        string? sent = null;
        await Eventually.ShouldBeTrueAsync(async () => (sent = await PublishAsync()) is not null, Deadline);
        return sent!;
    }

    private Task ReadyAsync() => Eventually.ShouldBeTrueAsync(() => _bus.Problem is null, Deadline);

    // The broker's start script has the virtual machine as a child.
    private async Task SignalAsync(string signal)
    {
        foreach (var id in Tree(_server.ProcessId))
        {
            using var kill = Process.Start("/bin/kill", [signal, $"{id}"]);
            await kill.WaitForExitAsync();
        }
    }

    private static IEnumerable<int> Tree(int id) => File.ReadAllText($"/proc/{id}/task/{id}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse).SelectMany(Tree).Prepend(id);
}
