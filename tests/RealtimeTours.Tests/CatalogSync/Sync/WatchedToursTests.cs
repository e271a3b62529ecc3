using System.Text.Json;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.CatalogSync.Sync;

public class WatchedToursTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 2, 10, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_tour_is_watched_until_no_node_has_named_it_for_thirty_seconds_whatever_the_nodes_clock_says()
    {
        var watched = new WatchedTours(_time);
        await watched.HandleAsync(Announced("a", "b"), default);
        _time.Advance(TimeSpan.FromSeconds(20));
        await watched.HandleAsync(Announced("b", "c"), default);
        Of(watched).ShouldBe("abc");
        _time.Advance(TimeSpan.FromSeconds(15));
        Of(watched).ShouldBe("bc");
        await watched.HandleAsync(Announced("c"), default);
        _time.Advance(TimeSpan.FromSeconds(29));
        Of(watched).ShouldBe("c");
    }

    [Fact]
    public async Task An_id_that_no_tour_can_have_is_refused() =>
        await Should.ThrowAsync<PermanentFailureException>(async () => await new WatchedTours(_time).HandleAsync(Announced(""), default));

    private static string Of(WatchedTours watched) => string.Concat("abc".Where(id => watched.Contains($"{id}")));

    private EventEnvelope Announced(params string[] ids) => new(
        EventTypes.ToursWatched, Ids.New("evt_"), _time.GetUtcNow().AddYears(-1),
        JsonSerializer.SerializeToElement(new ToursWatched(ids), WireJson.EventOptions));
}
