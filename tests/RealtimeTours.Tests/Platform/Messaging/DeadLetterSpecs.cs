using System.Collections.Concurrent;
using System.Text;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>What an operator can do with dead letters, whichever bus keeps them.</summary>
public abstract class DeadLetterSpecs : IAsyncLifetime
{
    private const string Consumer = "fragile";
    private protected static readonly RetrySchedule Retries = new([TimeSpan.FromMilliseconds(50)]);
    private readonly EventFactory _events = new(TimeProvider.System, "spec");
    private readonly ConcurrentQueue<EventEnvelope> _handled = new();
    private volatile bool _failing = true;

    private protected IEventBus Bus { get; private set; } = null!;

    private protected IDeadLetters Letters { get; private set; } = null!;

    /// <summary>The same letters seen from another host, where there can be one.</summary>
    private protected virtual IDeadLetters Elsewhere => Letters;

    private protected abstract Task<(IEventBus Bus, IDeadLetters Letters)> CreateAsync();

    public async Task InitializeAsync()
    {
        (Bus, Letters) = await CreateAsync();
        Bus.Consume(new ConsumerDefinition(Consumer, ["tour.#"], Handle, Concurrency: 1));
        await Eventually.ShouldBeTrueAsync(() => Bus.Problem is null);
    }

    public virtual async Task DisposeAsync() => await ((IAsyncDisposable)Bus).DisposeAsync();

    [Fact]
    public async Task The_list_says_what_failed_and_why_and_looking_changes_nothing()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var sent = await FillAsync(3);
        for (var look = 0; look < 3; look++)
        {
            var page = await Letters.ListAsync(Consumer, 200);
            page.Total.ShouldBe(3);
            page.Letters.Select(letter => letter.EventId).ShouldBe(sent.Select(e => e.EventId), "the oldest comes first, every time");
            var letter = page.Letters[0];
            letter.EventType.ShouldBe("tour.updated");
            letter.Reason.ShouldContain("the cellar is flooded");
            letter.Attempts.ShouldBe(2);
            letter.FirstFailedAt!.Value.ShouldBeInRange(before, DateTimeOffset.UtcNow);
            letter.Body.ShouldBe(Encoding.UTF8.GetString(sent[0].Body.Span));
            letter.Size.ShouldBe(sent[0].Body.Length);
        }
        var first = await Letters.ListAsync(Consumer, 2);
        first.Letters.Select(letter => letter.EventId).ShouldBe(sent.Take(2).Select(e => e.EventId));
        first.Total.ShouldBe(3);
        await Eventually.ShouldBeTrueAsync(async () => await Letters.CountAsync(Consumer) == 3);
    }

    [Fact]
    public async Task A_requeued_one_starts_again_with_the_first_attempt_and_the_others_stay()
    {
        var sent = await FillAsync(3);
        var second = (await Letters.ListAsync(Consumer, 200)).Letters[1];
        (await Letters.RequeueAsync(Consumer, second.Id)).ShouldBeTrue();

        // It fails again, twice: had it kept its attempts it would have been given up after one.
        await Eventually.ShouldBeTrueAsync(
            async () => (await Letters.ListAsync(Consumer, 200)) is { Total: 3 } page && page.Letters[2].EventId == second.EventId);
        var again = (await Letters.ListAsync(Consumer, 200)).Letters[2];
        again.Attempts.ShouldBe(2);
        again.FirstFailedAt!.Value.ShouldBeGreaterThan(second.FirstFailedAt!.Value);

        _failing = false;
        (await Letters.RequeueAsync(Consumer, again.Id)).ShouldBeTrue();
        await Eventually.ShouldBeTrueAsync(() => _handled.Count == 1);
        _handled.Single().EventId.ShouldBe(second.EventId);
        (await Letters.RequeueAsync(Consumer, again.Id)).ShouldBeFalse("it is gone");
        (await Letters.ListAsync(Consumer, 200)).Letters.Select(letter => letter.EventId).ShouldBe([sent[0].EventId, sent[2].EventId]);
    }

    [Fact]
    public async Task All_are_requeued_once_and_those_that_fail_again_do_not_go_round_for_ever()
    {
        var sent = await FillAsync(5);
        (await Letters.RequeueAllAsync(Consumer)).ShouldBe(5);
        await Eventually.ShouldBeTrueAsync(async () => (await Letters.ListAsync(Consumer, 200)).Total == 5);
        _failing = false;
        (await Letters.RequeueAllAsync(Consumer)).ShouldBe(5);
        await Eventually.ShouldBeTrueAsync(() => _handled.Count == 5);
        _handled.Select(envelope => envelope.EventId).Order().ShouldBe(sent.Select(e => e.EventId).Order());
        (await Letters.ListAsync(Consumer, 200)).Total.ShouldBe(0);
        (await Letters.RequeueAllAsync(Consumer)).ShouldBe(0);
    }

    [Fact]
    public async Task One_of_them_can_be_deleted()
    {
        var sent = await FillAsync(3);
        var id = (await Letters.ListAsync(Consumer, 200)).Letters[1].Id;
        (await Letters.DeleteAsync(Consumer, id)).ShouldBeTrue();
        (await Letters.DeleteAsync(Consumer, id)).ShouldBeFalse();
        (await Letters.ListAsync(Consumer, 200)).Letters.Select(letter => letter.EventId).ShouldBe([sent[0].EventId, sent[2].EventId]);
    }

    [Fact]
    public async Task Many_operators_at_once_lose_nothing_and_requeue_each_letter_once()
    {
        var sent = await FillAsync(6);
        var ids = (await Letters.ListAsync(Consumer, 200)).Letters.Select(letter => letter.Id).ToArray();
        _failing = false;
        var requeued = new[] { Letters, Elsewhere }.SelectMany(letters => ids.Take(4).Select(id => letters.RequeueAsync(Consumer, id))).ToArray();
        var lists = new[] { Letters, Elsewhere, Letters }.Select(letters => letters.ListAsync(Consumer, 200)).ToArray();

        (await Task.WhenAll(requeued)).Count(done => done).ShouldBe(4);
        foreach (var page in await Task.WhenAll(lists)) page.Letters.Select(letter => letter.EventId)
            .ShouldBe(sent.Select(e => e.EventId).TakeLast(page.Letters.Count), ignoreOrder: true);
        await Eventually.ShouldBeTrueAsync(() => _handled.Count >= 4);
        _handled.Select(envelope => envelope.EventId).Order().ShouldBe(sent.Take(4).Select(e => e.EventId).Order());
        (await Letters.ListAsync(Consumer, 200)).Letters.Select(letter => letter.EventId).ShouldBe(sent.Skip(4).Select(e => e.EventId));
    }

    [Fact]
    public async Task What_is_not_JSON_or_longer_than_four_kilobytes_is_shown_as_far_as_it_goes()
    {
        await Bus.PublishAsync(new OutgoingEvent("tour.created", "raw", "seats: seven"u8.ToArray()));
        var large = new OutgoingEvent("tour.created", "raw", Encoding.UTF8.GetBytes("xyz" + new string('é', 5_000)));
        await Bus.PublishAsync(large);
        await Eventually.ShouldBeTrueAsync(async () => (await Letters.ListAsync(Consumer, 200)).Total == 2);
        var letters = (await Letters.ListAsync(Consumer, 200)).Letters;
        (letters[0].EventId, letters[0].EventType, letters[0].Body, letters[0].Attempts).ShouldBe((null, "tour.created", "seats: seven", 1));
        letters[1].Size.ShouldBe(large.Body.Length);
        letters[1].Body.ShouldBe("xyz" + new string('é', 2_046), "whole characters, at most 4,096 bytes");
    }

    [Fact]
    public async Task A_wrong_type_for_its_routing_key_stays_wrong_when_it_is_requeued()
    {
        var other = _events.Create("tour.updated", new { tourId = "t" });
        await Bus.PublishAsync(other with { EventType = "tour.created" });
        await Eventually.ShouldBeTrueAsync(async () => (await Letters.ListAsync(Consumer, 200)).Total == 1);
        (await Letters.RequeueAllAsync(Consumer)).ShouldBe(1);
        await Eventually.ShouldBeTrueAsync(async () => (await Letters.ListAsync(Consumer, 200)).Total == 1);
        (await Letters.ListAsync(Consumer, 200)).Letters.Single().Reason.ShouldContain("routing key 'tour.created'");
    }

    [Fact]
    public async Task A_consumer_that_never_ran_has_none()
    {
        (await Letters.CountAsync("nobody")).ShouldBe(0);
        var page = await Letters.ListAsync("nobody", 10);
        (page.Consumer, page.Total, page.Letters.Count).ShouldBe(("nobody", 0, 0));
        (await Letters.RequeueAllAsync("nobody")).ShouldBe(0);
        (await Letters.RequeueAsync("nobody", "dl_1")).ShouldBeFalse();
        (await Letters.DeleteAsync("nobody", "dl_1")).ShouldBeFalse();
    }

    // One after the other, so that their order is known.
    private async Task<IReadOnlyList<OutgoingEvent>> FillAsync(int count)
    {
        var sent = new List<OutgoingEvent>();
        while (sent.Count < count)
        {
            sent.Add(_events.Create("tour.updated", new { tourId = $"TOUR_{sent.Count}" }));
            await Bus.PublishAsync(sent[^1]);
            await Eventually.ShouldBeTrueAsync(async () => await Letters.CountAsync(Consumer) == sent.Count);
        }
        return sent;
    }

    private Task Handle(EventEnvelope envelope, CancellationToken token)
    {
        if (_failing) throw new InvalidOperationException("the cellar is flooded");
        _handled.Enqueue(envelope);
        return Task.CompletedTask;
    }
}
