using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>What every event bus does, whichever carries it.</summary>
public abstract class EventBusSpecs : PauseAndBatchSpecs
{
    [Theory]
    [InlineData("tour.availability.updated", "tour.availability.updated", true)]
    [InlineData("tour.availability.*", "tour.availability.synced", true)]
    [InlineData("tour.*", "tour.availability.synced", false)]
    [InlineData("tour.#", "tour.availability.synced", true)]
    [InlineData("#", "booking.created", true)]
    [InlineData("*.created", "booking.created", true)]
    [InlineData("booking.created.#", "booking.created", true)]
    [InlineData("booking.*", "tour.created", false)]
    public async Task Routing_keys_select_what_a_consumer_gets(string pattern, string eventType, bool expected)
    {
        var received = await ConsumeAsync("router", [pattern, "end.marker"]);
        await PublishAsync(eventType);
        await PublishAsync("end.marker");
        await Eventually.ShouldBeTrueAsync(() => received.Any(e => e.EventType == "end.marker") && (!expected || received.Count == 2));
        received.Any(e => e.EventType == eventType).ShouldBe(expected);
    }

    [Fact]
    public async Task What_was_published_arrives_unchanged_with_its_correlation_and_cause()
    {
        string? correlation = null, cause = null, trace = null;
        var received = await ConsumeAsync("reader", ["tour.#"], (_, _) =>
        {
            (correlation, cause, trace) = (CorrelationContext.Id, CorrelationContext.CausationId, Activity.Current?.TraceId.ToString());
            return Task.CompletedTask;
        });
        CorrelationContext.Begin("req_42");
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var sent = Events.Create("tour.availability.updated", new { tourId = "TOUR_é", availableSpots = 7 });
        await Bus.PublishAsync(sent);
        await Eventually.ShouldBeTrueAsync(() => received.Count == 1);
        var envelope = received.Single();
        envelope.EventId.ShouldBe(sent.EventId);
        envelope.Source.ShouldBe("spec");
        envelope.CorrelationId.ShouldBe("req_42");
        envelope.Data.GetProperty("tourId").GetString().ShouldBe("TOUR_é");
        (correlation, cause, trace).ShouldBe(("req_42", sent.EventId, activity.TraceId.ToString()));
    }

    [Fact]
    public async Task Events_handed_over_one_after_the_other_arrive_in_that_order()
    {
        var received = await ConsumeAsync("orderly", ["tour.#"], concurrency: 1);
        var handed = Enumerable.Range(0, 2_000).Select(_ => Events.Create("tour.created", new { })).ToArray(); // more than may wait for their confirm
        var confirms = new List<Task>();
        foreach (var message in handed) confirms.Add(await Bus.HandOverAsync(message));
        await Task.WhenAll(confirms);
        await Eventually.ShouldBeTrueAsync(() => received.Count == handed.Length);
        received.Select(envelope => envelope.EventId).ShouldBe(handed.Select(message => message.EventId));
    }

    [Fact]
    public async Task An_envelope_with_only_the_required_fields_is_accepted()
    {
        string? correlation = null;
        var received = await ConsumeAsync("lenient", ["tour.#"], (_, _) =>
        {
            correlation = CorrelationContext.Id;
            return Task.CompletedTask;
        });
        await PublishRawAsync("tour.created", """{"eventType":"tour.created","eventId":"x","timestamp":"2026-02-10T10:30:00","data":{},"unknown":1}"""u8.ToArray());
        await Eventually.ShouldBeTrueAsync(() => received.Count == 1);
        var envelope = received.Single();
        envelope.EventVersion.ShouldBe("1.0");
        envelope.CorrelationId.ShouldBeNull();
        envelope.Timestamp.ShouldBe(DateTimeOffset.Parse("2026-02-10T10:30:00Z"));
        correlation.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_failed_event_comes_again_after_growing_waits_until_it_succeeds()
    {
        var attempts = new ConcurrentQueue<TimeSpan>();
        var clock = Stopwatch.StartNew();
        await ConsumeAsync("flaky", ["tour.#"], (_, _) =>
        {
            attempts.Enqueue(clock.Elapsed);
            return attempts.Count < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        });
        await PublishAsync("tour.created");
        await Eventually.ShouldBeTrueAsync(() => attempts.Count == 3);
        var times = attempts.ToArray();
        (times[1] - times[0]).ShouldBeGreaterThanOrEqualTo(Retries.Delays[0] - TimeSpan.FromMilliseconds(20));
        (times[2] - times[1]).ShouldBeGreaterThanOrEqualTo(Retries.Delays[1] - TimeSpan.FromMilliseconds(20));
        (await DeadLettersAsync("flaky")).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_that_can_never_succeed_is_dead_lettered_at_once_with_the_reason()
    {
        var calls = 0;
        await ConsumeAsync("strict", ["tour.#"], (_, _) =>
        {
            Interlocked.Increment(ref calls);
            throw new PermanentFailureException("There is no tour TOUR_9.");
        });
        var sent = await PublishAsync("tour.created");
        var dead = await OneDeadLetterAsync("strict");
        dead.Reason.ShouldBe("There is no tour TOUR_9.");
        dead.Attempts.ShouldBe(1);
        dead.Body.ShouldBe(sent.Body.ToArray());
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task Data_of_the_wrong_shape_is_dead_lettered_with_the_fields_name()
    {
        await ConsumeAsync("typed", ["tour.#"], (envelope, _) =>
        {
            envelope.Data.Deserialize<Seats>(WireJson.Options);
            return Task.CompletedTask;
        });
        await Bus.PublishAsync(Events.Create("tour.created", new { tourId = "T", availableSpots = "7" }));
        (await OneDeadLetterAsync("typed")).Reason.ShouldStartWith("data.availableSpots is a string; it must be a number.");
    }

    [Fact]
    public async Task An_event_that_fails_every_time_is_dead_lettered_after_the_last_attempt()
    {
        var calls = 0;
        await ConsumeAsync("hopeless", ["tour.#"], (_, _) =>
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException(new string('x', 100_000));
        });
        await PublishAsync("tour.created");
        var dead = await OneDeadLetterAsync("hopeless");
        dead.Reason.ShouldStartWith("Failed 3 times; the last error was InvalidOperationException: xxx");
        dead.Attempts.ShouldBe(3);
        calls.ShouldBe(3);
    }

    [Fact]
    public async Task A_poison_message_does_not_delay_those_behind_it()
    {
        var poisoned = 0;
        var received = await ConsumeAsync("busy", ["tour.#"], (envelope, _) => envelope.EventType == "tour.poison"
            ? throw new InvalidOperationException($"poison {Interlocked.Increment(ref poisoned)}")
            : Task.CompletedTask, concurrency: 1);
        await PublishAsync("tour.poison");
        for (var i = 0; i < 20; i++) await PublishAsync("tour.created");
        await Eventually.ShouldBeTrueAsync(() => received.Count(e => e.EventType == "tour.created") == 20);
        await OneDeadLetterAsync("busy");
        poisoned.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(BrokenMessages.All), MemberType = typeof(BrokenMessages))]
    public async Task A_broken_message_is_dead_lettered_with_its_own_reason_and_delays_nobody(string name, string body, string reason)
    {
        name.ShouldNotBeEmpty();
        var received = await ConsumeAsync("guard", ["tour.#"]);
        await PublishRawAsync("tour.created", Encoding.UTF8.GetBytes(body));
        await PublishAsync("tour.created");
        var dead = await OneDeadLetterAsync("guard");
        dead.Reason.ShouldStartWith(reason);
        Encoding.UTF8.GetString(dead.Body.Span).ShouldBe(body);
        await Eventually.ShouldBeTrueAsync(() => received.Count == 1);
    }

    [Fact]
    public async Task An_unknown_minor_version_is_accepted()
    {
        var received = await ConsumeAsync("minor", ["tour.#"]);
        await PublishRawAsync("tour.created", """{"eventType":"tour.created","eventId":"x","eventVersion":"1.7","timestamp":"2026-02-10T10:30:00Z","data":{}}"""u8.ToArray());
        await Eventually.ShouldBeTrueAsync(() => received.Count == 1);
    }

    [Fact]
    public async Task Consumers_of_one_name_share_the_work()
    {
        var (firstWorks, secondWorks) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (first, second) = (
            await ConsumeAsync("team", ["tour.#"], (_, _) => Share(firstWorks, secondWorks), concurrency: 1),
            await ConsumeAsync("team", ["tour.#"], (_, _) => Share(secondWorks, firstWorks), concurrency: 1));
        for (var i = 0; i < 40; i++) await PublishAsync("tour.created");
        await Eventually.ShouldBeTrueAsync(() => first.Count + second.Count == 40);
        first.ShouldNotBeEmpty();
        second.ShouldNotBeEmpty();
        first.Concat(second).Select(e => e.EventId).Distinct().Count().ShouldBe(40);

        // Neither goes on before the other has had something too.
        static Task Share(TaskCompletionSource mine, TaskCompletionSource others)
        {
            mine.TrySetResult();
            return others.Task;
        }
    }

    [Fact]
    public async Task Consumers_of_different_names_each_get_every_event()
    {
        var (first, second) = (await ConsumeAsync("one", ["tour.#"]), await ConsumeAsync("two", ["tour.#"]));
        for (var i = 0; i < 10; i++) await PublishAsync("tour.created");
        await Eventually.ShouldBeTrueAsync(() => first.Count == 10 && second.Count == 10);
    }

    [Fact]
    public async Task A_consumer_handles_as_many_at_once_as_it_asked_for()
    {
        var (running, most, four) = (0, 0, new TaskCompletionSource());
        var received = await ConsumeAsync("wide", ["tour.#"], async (_, token) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            if (most >= 4) four.TrySetResult();
            await four.Task; // however slowly they come
            await Task.Delay(50, token); // time for a fifth
            Interlocked.Decrement(ref running);
        }, concurrency: 4);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => PublishAsync("tour.created")));
        await Eventually.ShouldBeTrueAsync(() => received.Count == 24);
        most.ShouldBe(4);
    }

    [Fact]
    public async Task A_consumer_that_stops_finishes_what_is_under_way_and_leaves_the_rest_to_the_next()
    {
        var (gate, handled) = (new TaskCompletionSource(), new ConcurrentQueue<string>());
        var entered = new TaskCompletionSource();
        var stopping = Bus.Consume(new ConsumerDefinition("shift", ["tour.#"], async (envelope, _) =>
        {
            entered.TrySetResult();
            await gate.Task;
            handled.Enqueue(envelope.EventId);
        }, Concurrency: 1));
        await ReadyAsync();
        for (var i = 0; i < 5; i++) await PublishAsync("tour.created");
        await entered.Task;
        var stopped = stopping.DisposeAsync().AsTask();
        gate.SetResult();
        await stopped;
        handled.Count.ShouldBe(1);
        var rest = await ConsumeAsync("shift", ["tour.#"]);
        await Eventually.ShouldBeTrueAsync(() => rest.Count == 4);
        handled.Concat(rest.Select(e => e.EventId)).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task Every_listener_gets_every_event_in_order_and_a_broken_one_does_not_stop_it()
    {
        var (first, second) = (await ListenAsync(), await ListenAsync());
        await PublishRawAsync("tour.created", "broken"u8.ToArray());
        var sent = new List<string>();
        for (var i = 0; i < 50; i++) sent.Add((await PublishAsync("tour.created")).EventId);
        await Eventually.ShouldBeTrueAsync(() => first.Count == 50 && second.Count == 50);
        first.Select(e => e.EventId).ShouldBe(sent);
        second.Select(e => e.EventId).ShouldBe(sent);
    }

    [Fact]
    public async Task A_listener_that_cannot_keep_up_loses_the_oldest_never_the_newest()
    {
        var gate = new TaskCompletionSource();
        var received = await ListenAsync(async (_, _) => await gate.Task, capacity: 10);
        var last = "";
        for (var i = 0; i < 200; i++) last = (await PublishAsync("tour.created")).EventId;
        await SettledAsync();
        gate.SetResult();
        await Eventually.ShouldBeTrueAsync(() => received.Any(e => e.EventId == last));
        // one under way, at most a buffer here and one at the broker, and what a slow machine had not read from the socket
        received.Count.ShouldBeInRange(10, 100);
    }

    [Fact]
    public async Task Many_publishes_at_once_all_arrive_once()
    {
        var received = await ConsumeAsync("crowd", ["tour.#"]);
        var sent = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => PublishAsync("tour.created")));
        await Eventually.ShouldBeTrueAsync(() => received.Count == 1_000);
        received.Select(e => e.EventId).Order().ShouldBe(sent.Select(e => e.EventId).Order());
    }

    [Fact]
    public async Task Publishing_what_nobody_subscribed_to_succeeds() => await PublishAsync("nobody.cares");

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; value > seen; seen = target) Interlocked.CompareExchange(ref target, value, seen);
    }

    private sealed record Seats(string TourId, int AvailableSpots);
}
