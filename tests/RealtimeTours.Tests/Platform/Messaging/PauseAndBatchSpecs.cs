using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>A consumer while what it needs is away, and one that takes many events at once, whichever bus it is on.</summary>
public abstract class PauseAndBatchSpecs : EventBusSpecBase
{
    private static readonly TimeSpan LongerThanAllRetries = TimeSpan.FromSeconds(1.5); // they take half a second

    [Fact]
    public async Task While_what_it_needs_is_away_a_consumer_keeps_its_events_and_tries_none()
    {
        var server = new FakeServer { Away = true };
        var name = $"patient-{Guid.NewGuid():N}";
        using var gauge = new PausedGauge(name);
        await using var consumer = Bus.Consume(new ConsumerDefinition(name, ["tour.#"], server.HandleAsync, Concurrency: 4, Needs: server));
        await ReadyAsync();
        for (var i = 0; i < 20; i++) await PublishAsync("tour.created");
        await Eventually.ShouldBeTrueAsync(() => gauge.Value == 1);
        var clock = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => clock.Elapsed > LongerThanAllRetries && server.Probes > 3);
        var triedInVain = server.Calls;
        triedInVain.ShouldBeInRange(1, 4, "one of each worker at the most");

        server.Away = false;
        await Eventually.ShouldBeTrueAsync(() => server.Handled.Count == 20 && gauge.Value == 0);
        server.Calls.ShouldBe(20 + triedInVain);
        server.Handled.Distinct().Count().ShouldBe(20);
        (await DeadLettersAsync(name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_that_only_looks_like_an_outage_uses_up_its_attempts()
    {
        var server = new FakeServer();
        await using var consumer = Bus.Consume(new ConsumerDefinition("suspicious", ["tour.#"], (_, _) =>
        {
            Interlocked.Increment(ref server.Calls);
            throw new FakeOutageException();
        }, Needs: server));
        await ReadyAsync();
        await PublishAsync("tour.created");
        (await OneDeadLetterAsync("suspicious")).Attempts.ShouldBe(3);
        server.Calls.ShouldBe(3 * 4, "three attempts, each of them with three repeats at once");
    }

    [Fact]
    public async Task A_consumer_takes_nothing_before_what_it_needs_is_ready()
    {
        var server = new FakeServer { Ready = new TaskCompletionSource() };
        await using var consumer = Bus.Consume(new ConsumerDefinition("early", ["tour.#"], server.HandleAsync, Needs: server));
        await using var other = Bus.Consume(new ConsumerDefinition("other", ["tour.#"], server.HandleAsync));
        await ReadyAsync();
        await PublishAsync("tour.created");
        await Eventually.ShouldBeTrueAsync(() => server.Handled.Count == 1); // the other one
        server.Ready.SetResult();
        await Eventually.ShouldBeTrueAsync(() => server.Handled.Count == 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_consumer_that_stops_in_a_pause_returns_what_it_has(int batch)
    {
        var server = new FakeServer { Away = true };
        var definition = new ConsumerDefinition(
            "leaver", ["tour.#"], server.HandleAsync, 2, server, batch == 1 ? null : new ConsumerBatch(batch, server.HandleAsync));
        var leaver = Bus.Consume(definition);
        await ReadyAsync();
        var sent = new List<string>();
        for (var i = 0; i < 20; i++) sent.Add((await PublishAsync("tour.created")).EventId);
        await Eventually.ShouldBeTrueAsync(() => server.Probes > 1);
        var clock = Stopwatch.StartNew();
        await leaver.DisposeAsync();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10)); // it does not wait for handlers to finish, as none runs

        server.Away = false;
        await using var next = Bus.Consume(definition);
        await Eventually.ShouldBeTrueAsync(() => server.Handled.Count == 20);
        server.Handled.ShouldBe(sent, ignoreOrder: true);
        (await DeadLettersAsync("leaver")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_batch_is_what_is_waiting_and_no_larger_than_allowed()
    {
        var (gate, batches) = (new TaskCompletionSource(), new ConcurrentQueue<string[]>());
        await using var consumer = Bus.Consume(Batched("gatherer", 8, async events =>
        {
            batches.Enqueue([.. events.Select(e => e.EventId)]);
            await gate.Task;
        }));
        await ReadyAsync();
        await PublishAsync("tour.created");
        await Eventually.ShouldBeTrueAsync(() => batches.Count == 1); // alone, as nobody waits for company
        for (var i = 0; i < 30; i++) await PublishAsync("tour.created");
        gate.SetResult();
        await Eventually.ShouldBeTrueAsync(() => batches.Sum(batch => batch.Length) == 31);
        batches.SelectMany(batch => batch).Distinct().Count().ShouldBe(31);
        batches.First().Length.ShouldBe(1);
        batches.Max(batch => batch.Length).ShouldBeInRange(2, 8);
    }

    [Fact]
    public async Task One_bad_event_of_a_batch_harms_no_other()
    {
        var (gate, handled, failed) = (new TaskCompletionSource(), new ConcurrentQueue<string>(), 0);
        await using var consumer = Bus.Consume(Batched("picky", 10, async events =>
        {
            await gate.Task;
            if (events.Any(e => e.EventType == "tour.bad"))
            {
                if (events.Count > 1) Interlocked.Increment(ref failed);
                throw new InvalidOperationException("bad");
            }
            foreach (var e in events) handled.Enqueue(e.EventId);
        }));
        await ReadyAsync();
        var good = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            good.Add((await PublishAsync("tour.created")).EventId);
            if (i == 5) await PublishAsync("tour.bad");
            if (i == 6) await PublishRawAsync("tour.created", "broken"u8.ToArray());
        }
        gate.SetResult();
        await Eventually.ShouldBeTrueAsync(() => handled.Count == 20);
        handled.ShouldBe(good, ignoreOrder: true);
        failed.ShouldBe(1, "it was in a batch once; its later attempts come alone");
        var dead = new List<SeenDeadLetter>();
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            dead.AddRange(await DeadLettersAsync("picky"));
            return dead.DistinctBy(letter => letter.Reason).Count() == 2;
        });
        dead.ShouldContain(letter => letter.Reason.Contains("InvalidOperationException: bad") && letter.Attempts == 3);
        dead.ShouldContain(letter => letter.Reason.Contains("not valid JSON") && letter.Attempts == 1);
    }

    private static ConsumerDefinition Batched(string name, int max, Func<IReadOnlyList<EventEnvelope>, Task> handle) => new(
        name, ["tour.#"], (envelope, _) => handle([envelope]), Concurrency: 1, Batch: new ConsumerBatch(max, (envelopes, _) => handle(envelopes)));

    private sealed class FakeOutageException() : Exception("The server is away.");

    private sealed class FakeServer : IConsumerDependency
    {
        public int Calls;
        public int Probes;
        public volatile bool Away;

        public TaskCompletionSource? Ready { get; init; }

        public ConcurrentQueue<string> Handled { get; } = new();

        public string Name => "the server";

        public Task WhenReadyAsync(CancellationToken cancellationToken) => Ready?.Task ?? Task.CompletedTask;

        public bool LooksAway(Exception error) => error is FakeOutageException;

        public Task ProbeAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref Probes);
            return Away ? throw new FakeOutageException() : Task.CompletedTask;
        }

        public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken) => HandleAsync([envelope], cancellationToken);

        public Task HandleAsync(IReadOnlyList<EventEnvelope> envelopes, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref Calls);
            if (Away) throw new FakeOutageException();
            foreach (var envelope in envelopes) Handled.Enqueue(envelope.EventId);
            return Task.CompletedTask;
        }
    }

    /// <summary>What <c>/metrics</c> would say of one consumer.</summary>
    private sealed class PausedGauge : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _value;

        public PausedGauge(string consumer)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "messaging.consumer.paused") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<int>((_, change, tags, _) =>
            {
                if (tags.Contains(new KeyValuePair<string, object?>("consumer", consumer))) Interlocked.Add(ref _value, change);
            });
            _listener.Start();
        }

        public int Value => Volatile.Read(ref _value);

        public void Dispose() => _listener.Dispose();
    }
}
