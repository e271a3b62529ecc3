using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

public class AnnounceWatchedToursTests
{
    [Theory]
    [InlineData("plain-id-", 10_000)]
    [InlineData("ünïcödé and \"quotes\" \u2028", 3_000)] // grows in JSON
    public void However_many_tours_are_watched_each_message_keeps_the_limit_of_an_event_and_none_is_left_out(string start, int count)
    {
        var ids = Enumerable.Range(0, count).Select(i => $"{start}{i}".PadRight(100, 'é')).ToArray();
        var messages = AnnounceWatchedTours.Messages(ids).ToArray();
        messages.SelectMany(message => message).ShouldBe(ids);
        var events = new EventFactory(TimeProvider.System, "realtime-hub");
        foreach (var message in messages)
            // and it did not throw
            events.Create(EventTypes.ToursWatched, new ToursWatched(message)).Body.Length.ShouldBeLessThanOrEqualTo(EventEnvelope.MaxBytes);
        AnnounceWatchedTours.Messages([]).ShouldBeEmpty();
    }
}
