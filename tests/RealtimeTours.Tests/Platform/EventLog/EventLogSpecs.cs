using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.EventLog;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Storage.Jobs;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.EventLog;

/// <summary>The log of all events and their replay, whichever way the system runs.</summary>
public abstract class EventLogSpecs : IDisposable
{
    private const int ReplayedEvents = 20_000;
    private static readonly TimeSpan Handled = TimeSpan.FromMinutes(4); // half a minute where the machine is idle
    private readonly SeatCounter.Mood _mood = new();

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewSystemAsync();

    [Fact]
    public async Task Everything_that_was_published_is_found_once_and_in_order_page_by_page()
    {
        await using var host = await NewHostAsync();
        CorrelationContext.Begin("req_story");
        OutgoingEvent[] story =
            [.. Enumerable.Range(0, 5).Select(n => host.Seats("a", n)), host.Get<EventFactory>().Create("nobody.hears", new { bookingId = "bkg_1" })];
        CorrelationContext.Begin("req_other");
        var other = host.Get<EventFactory>().Create("nobody.hears", new { bookingId = "bkg_1" });
        await host.PublishAsync([.. story.Reverse(), other, story[0]]); // one twice, as a relay may
        await LoggedAsync(host, 7);

        var first = await host.Log.ListAsync("req_story", null, after: null, limit: 4, default);
        var second = await host.Log.ListAsync("req_story", null, first![^1].EventId, limit: 4, default);
        first.Concat(second!).Select(e => e.EventId).ShouldBe(story.Select(e => e.EventId));
        first[0].Body.ShouldBe(System.Text.Encoding.UTF8.GetString(story[0].Body.Span));
        (await host.Log.ListAsync(null, "bkg_1", null, 10, default))!.Select(e => e.EventId).ShouldBe([story[5].EventId, other.EventId]);
        (await host.Log.ListAsync("req_story", null, after: "evt_unknown", limit: 4, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Events_replayed_twice_in_random_order_take_effect_once()
    {
        await using var host = await NewHostAsync();
        var before = DateTimeOffset.UtcNow;
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var published = Enumerable.Range(0, ReplayedEvents).Select(n => (Tour: $"t{n % 7}", Seats: random.Next(1, 10))).ToArray();
        await host.PublishAsync(published.Select(e => host.Seats(e.Tour, e.Seats)));
        var after = DateTimeOffset.UtcNow.AddMilliseconds(1);
        var recount = published.GroupBy(e => e.Tour).ToDictionary(g => g.Key, g => g.Sum(e => (long)e.Seats));
        await LoggedAsync(host, ReplayedEvents, Handled);
        await Eventually.ShouldBeTrueAsync(async () => Same(await host.CountedAsync(), recount), Handled);
        var delivered = Interlocked.Read(ref _mood.Deliveries);

        var parts = Enumerable.Range(0, 20).Select(n => before + (after - before) * n / 20).Append(after).ToArray();
        var spans = Enumerable.Range(0, 40).Select(n => new EventSpan(parts[n % 20], parts[n % 20 + 1])).ToArray();
        random.Shuffle(spans);
        var sent = 0;
        foreach (var span in spans) sent += (await host.Get<EventReplay>().RunAsync(span, SeatCounter.Name)).Sent;

        sent.ShouldBe(2 * ReplayedEvents);
        await Eventually.ShouldBeTrueAsync(() => Interlocked.Read(ref _mood.Deliveries) >= delivered + sent, Handled);
        (await host.CountedAsync()).ShouldBe(recount, ignoreOrder: true, $"seed {seed}");
    }

    [Fact]
    public async Task A_replay_reaches_one_consumer_alone_and_only_what_it_is_bound_to()
    {
        await using var host = await NewHostAsync();
        var elsewhere = 0;
        await using var other = host.Get<IEventBus>().Consume(new ConsumerDefinition("other", ["tour.#"], (_, _) =>
        {
            Interlocked.Increment(ref elsewhere);
            return Task.CompletedTask;
        }));
        await Eventually.ShouldBeTrueAsync(() => host.Get<IEventBus>().Problem is null);
        CorrelationContext.Begin("req_one");
        await host.PublishAsync([host.Seats("a", 1), host.Seats("not.bound", 1, "payment.seats")]);
        CorrelationContext.Begin("req_two");
        await host.PublishAsync([host.Seats("a", 1)]);
        await LoggedAsync(host, 3);
        await Eventually.ShouldBeTrueAsync(() => _mood.Deliveries == 2 && elsewhere == 2);

        var all = new EventSpan(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        (await host.Get<EventReplay>().RunAsync(all with { CorrelationId = "req_one" }, SeatCounter.Name))
            .ShouldBe(new ReplayResult(ReplayOutcome.Done, 2));
        (await host.Get<EventReplay>().RunAsync(all with { CorrelationId = "req_two" }, SeatCounter.Name)).Sent.ShouldBe(1);
        await Eventually.ShouldBeTrueAsync(() => _mood.Deliveries == 4);
        elsewhere.ShouldBe(2);
        (await host.Get<EventReplay>().RunAsync(all, "nobody")).Outcome.ShouldBe(ReplayOutcome.NoQueue);
        (await host.Get<EventReplay>().RunAsync(all with { To = all.From.AddSeconds(1) }, SeatCounter.Name)).Sent.ShouldBe(0);
        (await host.Get<IDeadLetters>().CountAsync(SeatCounter.Name)).ShouldBe(0);
    }

    [Fact]
    public async Task A_consumer_that_fails_sometimes_then_always_then_heals_has_counted_everything_once()
    {
        _mood.Failing = 0.3;
        await using var host = await NewHostAsync(retryDelays: "0.05,0.1,0.2,0.2,0.2");
        var recount = new Dictionary<string, long>();
        OutgoingEvent[] Some(int count) =>
        [
            .. Enumerable.Range(0, count).Select(n =>
            {
                recount[$"t{n % 3}"] = recount.GetValueOrDefault($"t{n % 3}") + n;
                return host.Seats($"t{n % 3}", n);
            }),
        ];
        await host.PublishAsync(Some(200));
        await Eventually.ShouldBeTrueAsync(() => _mood.Deliveries >= 240); // it did fail
        _mood.Failing = 1;
        await host.PublishAsync(Some(40));
        await Eventually.ShouldBeTrueAsync(async () => await host.Get<IDeadLetters>().CountAsync(SeatCounter.Name) >= 40, Handled);
        _mood.Failing = 0;
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await host.Get<IDeadLetters>().RequeueAllAsync(SeatCounter.Name);
            return Same(await host.CountedAsync(), recount);
        }, Handled);
    }

    [Fact]
    public async Task Old_events_are_forgotten_and_their_inbox_rows_later()
    {
        await using var host = await NewHostAsync();
        await host.PublishAsync([host.Seats("a", 1), host.Seats("a", 2), host.Seats("a", 3)]);
        await LoggedAsync(host, 3);
        await Eventually.ShouldBeTrueAsync(async () => await host.ScalarAsync("SELECT COUNT(*) FROM inbox") == 3);
        var settings = host.Get<EventLogSettings>();
        async Task AgeAsync(string which, TimeSpan age) => await host.Database.InTransactionAsync(async transaction =>
        {
            var written = DateTimeOffset.UtcNow - age;
            await transaction.ExecuteAsync(
                $"UPDATE event_log SET logged_at = @written WHERE event_id = (SELECT {which}(event_id) FROM inbox)", new { written });
            await transaction.ExecuteAsync(
                $"UPDATE inbox SET received_at = @written WHERE event_id = (SELECT {which}(event_id) FROM inbox)", new { written });
        });
        await AgeAsync("MIN", settings.KeepInbox + TimeSpan.FromMinutes(1));
        await AgeAsync("MAX", settings.Keep + TimeSpan.FromMinutes(1));
        (await host.Get<FencedJobRunner<EventLogCleaning>>().RunAsync("cleaning", DateTimeOffset.UtcNow, until: null, default)).ShouldBeTrue();
        (await host.ScalarAsync("SELECT COUNT(*) FROM event_log")).ShouldBe(1);
        (await host.ScalarAsync("SELECT COUNT(*) FROM inbox")).ShouldBe(2);
    }

    private protected async Task<EventLogHost> NewHostAsync(PlatformSettings? settings = null, string retryDelays = "0.1,0.3,1,3") =>
        await new EventLogHost(settings ?? await NewSystemAsync(), _mood, retryDelays).ReadyAsync();

    private protected SeatCounter.Mood TheMood => _mood;

    private protected static Task LoggedAsync(EventLogHost host, int events, TimeSpan? within = null) =>
        Eventually.ShouldBeTrueAsync(async () => await host.ScalarAsync("SELECT COUNT(*) FROM event_log") == events, within);

    private protected static bool Same(Dictionary<string, long> one, Dictionary<string, long> two) =>
        one.Count == two.Count && !one.Except(two).Any();

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class InProcessEventLogTests : EventLogSpecs
{
    protected override Task<PlatformSettings> NewSystemAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));

    [Fact]
    public async Task What_was_published_twice_and_handled_twice_waits_for_nobody()
    {
        await using var host = await NewHostAsync();
        for (var round = 0; round < 10; round++)
        {
            var events = Enumerable.Range(0, 20).Select(_ => host.Seats("a", 1)).ToArray();
            await host.PublishAsync([.. events, .. events]); // as a relay does that died before it noted the first time
        }
        await Eventually.ShouldBeTrueAsync(() => Interlocked.Read(ref TheMood.Deliveries) == 400);
        await Eventually.ShouldBeTrueAsync(async () => await host.ScalarAsync("SELECT COUNT(*) FROM pending_deliveries") == 0);
        (await host.CountedAsync()).ShouldBe(new Dictionary<string, long> { ["a"] = 200 });
    }

    [Fact]
    public async Task What_was_queued_delayed_or_dead_when_the_process_ended_is_handled_after_its_next_start()
    {
        TheMood.Failing = 1;
        await using (var host = await NewHostAsync(retryDelays: "0.01,0.01"))
        {
            await host.PublishAsync(Enumerable.Range(0, 10).Select(_ => host.Seats("dead", 1)));
            await Eventually.ShouldBeTrueAsync(async () => await host.Get<IDeadLetters>().CountAsync(SeatCounter.Name) == 10);
            var letter = (await host.Get<IDeadLetters>().ListAsync(SeatCounter.Name, 1)).Letters[0];
            (await host.Get<IDeadLetters>().DeleteAsync(SeatCounter.Name, letter.Id)).ShouldBeTrue();
        }
        await using (var host = await NewHostAsync(retryDelays: "300"))
        {
            await host.PublishAsync(Enumerable.Range(0, 10).Select(_ => host.Seats("delayed", 1)));
            (await host.ScalarAsync("SELECT COUNT(*) FROM pending_deliveries")).ShouldBe(19);
        }
        TheMood.Failing = 0;
        await using var next = await NewHostAsync();
        // Some of the dead took effect before they failed: the inbox keeps that apart.
        await Eventually.ShouldBeTrueAsync(async () => await next.ScalarAsync("SELECT COUNT(*) FROM pending_deliveries") == 0);
        (await next.CountedAsync()).ShouldBe(new Dictionary<string, long> { ["dead"] = 9, ["delayed"] = 10 }, ignoreOrder: true);
    }
}

public sealed class RabbitMqEventLogTests : EventLogSpecs
{
    protected override async Task<PlatformSettings> NewSystemAsync()
    {
        var name = $"t{Guid.NewGuid():N}"[..12];
        return (await TestDatabases.PostgresAsync(Folder)) with { RabbitMqUrl = (await SharedServers.RabbitMq).Url, Exchange = $"{name}_events",
            QueuePrefix = name };
    }

    [Fact]
    public async Task A_process_that_stood_still_with_a_batch_in_hand_does_not_set_the_position_back()
    {
        await using var host = await NewHostAsync();
        var position = host.Get<EventLogPosition>();
        await position.AdvanceAsync("some-stream", [], 9, default);
        await position.AdvanceAsync("some-stream", [], 4, default);
        (await position.ReadAsync("some-stream", default)).ShouldBe(9);
        await position.ForgetAsync("some-stream", default); // a new stream counts from zero
        await position.AdvanceAsync("some-stream", [], 0, default);
        (await position.ReadAsync("some-stream", default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_foreign_message_that_is_no_event_does_not_stop_the_log()
    {
        var settings = await NewSystemAsync();
        await using var host = await NewHostAsync(settings);
        await using var foreign = await ForeignPublisher.ConnectAsync(settings.RabbitMqUrl!, settings.Exchange);
        await foreign.PublishAsync("elsewhere.said", "seats: seven");
        await foreign.PublishEventAsync("elsewhere.said", new { bookingId = "bkg_\0" }, eventId: "foreign-1");
        await foreign.PublishEventAsync("elsewhere.said", new { bookingId = 7 }, eventId: "foreign-2");
        await LoggedAsync(host, 2);
    }

    [Fact]
    public async Task Another_process_takes_over_and_a_stream_that_was_lost_begins_anew()
    {
        var settings = await NewSystemAsync();
        var first = await NewHostAsync(settings); // the one that copies
        await using var second = await NewHostAsync(settings);
        await using (first)
        {
            await first.PublishAsync([first.Seats("a", 1)]);
            await LoggedAsync(first, 1);
        }
        await second.PublishAsync([second.Seats("a", 2)]);
        await LoggedAsync(second, 2);

        await using (var broker = await ForeignPublisher.ConnectAsync(settings.RabbitMqUrl!, settings.Exchange)) await broker.DeleteQueueAsync(
            $"{settings.QueuePrefix}.audit");
        // Published again until the new stream is there.
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await second.PublishAsync([second.Seats("a", 3)]);
            return await second.ScalarAsync("SELECT COUNT(*) FROM event_log") >= 3;
        });
    }
}
