using System.Net;
using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Web.Tours;

namespace RealtimeTours.Tests.Web.Tours;

public abstract class ReadTourSpecs(TestWeb web)
{
    protected static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task The_first_read_is_from_the_database_the_next_from_the_cache()
    {
        var id = await web.AddTourAsync(
            name: "Alfama", timeZone: "Europe/Lisbon", departures: [(Soon, 9, 4), (Soon.AddDays(1), 9, 9), (TestWeb.InDays(-1), 9, 9)]);
        using var visitor = web.SignedIn(null);
        var first = await TourAsync(visitor, id);
        first.Meta.DataSource.ShouldBe("database");
        first.Meta.CacheAge.ShouldBeInRange(0, 60);
        first.Meta.NextSyncIn.ShouldBeInRange(0, 300);
        first.Tour.Departures.ShouldBe([
            new DepartureView(Soon, 9, 4, AvailabilityStatus.Low, 1), new DepartureView(Soon.AddDays(1), 9, 9, AvailabilityStatus.Available, 1)]);
        first.Tour.ShouldSatisfyAllConditions(
            tour => tour.AvailableSpots.ShouldBe(13), tour => tour.Status.ShouldBe(AvailabilityStatus.Available),
            tour => tour.Price.ShouldBe(12.5m), tour => tour.DurationHours.ShouldBe(2.5), tour => tour.TimeZone.ShouldBe("Europe/Lisbon"));
        (await TourAsync(visitor, id)).Meta.DataSource.ShouldBe("cache");
    }

    [Fact]
    public async Task A_cached_tour_shows_the_seats_of_now()
    {
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        await TourAsync(ada, id);
        await ada.BookAsync(id, Soon, 5);
        var after = await TourAsync(ada, id);
        after.Meta.DataSource.ShouldBe("cache");
        after.Tour.Departures.ShouldBe([new DepartureView(Soon, 9, 4, AvailabilityStatus.Low, 2)]);
    }

    [Fact]
    public async Task What_the_board_knows_newer_is_shown_and_what_it_knows_older_is_not()
    {
        var id = await web.AddTourAsync(departures: [(Soon, 9, 9), (Soon.AddDays(1), 9, 9)]);
        await web.ExecuteAsync("UPDATE departures SET version = 5 WHERE tour_id = @id", new { id });
        DepartureState State(DateTimeOffset date, int spots, long version) =>
            new(id, date, spots, null, null, AvailabilityStatus.Of(spots), version, DateTimeOffset.UtcNow, "foreign", "evt_" + version);
        await web.Get<IAvailabilityBoard>().ApplyAsync([State(Soon, 2, 6), State(Soon.AddDays(1), 1, 4)]);

        await Eventually.ShouldBeTrueAsync(async () => (await TourAsync(web.SignedIn(null), id)).Tour.Departures[0].Version == 6); // the copy follows
        (await TourAsync(web.SignedIn(null), id)).Tour.Departures.ShouldBe([
            new DepartureView(Soon, 9, 2, AvailabilityStatus.Low, 6), new DepartureView(Soon.AddDays(1), 9, 9, AvailabilityStatus.Available, 5)]);
    }

    [Fact]
    public async Task A_tour_whose_supplier_was_not_heard_of_for_long_asks_for_a_sync_once_however_many_read_it()
    {
        var stale = await web.AddTourAsync(departures: (Soon, 9, 9));
        var fresh = await web.AddTourAsync(departures: (Soon, 9, 9));
        await web.ExecuteAsync(
            "UPDATE tours SET last_synced_at = @then WHERE id = @stale", new { stale, then = DateTimeOffset.UtcNow.AddMinutes(-11) });
        await web.ExecuteAsync(
            "UPDATE tours SET last_synced_at = @then WHERE id = @fresh", new { fresh, then = DateTimeOffset.UtcNow.AddMinutes(-9) });
        using var visitor = web.SignedIn(null);

        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(_ => new[] { TourAsync(visitor, stale), TourAsync(visitor, fresh) }));

        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(stale).Count > 0);
        var asked = EventData.Read<TourSyncRequested>(web.EventsOf(stale).ShouldHaveSingleItem());
        asked.Priority.ShouldBe(SyncPriorities.High);
        web.EventsOf(fresh).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unchanged_tour_is_304_and_a_changed_one_is_not()
    {
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        using var first = await ada.GetAsync($"/api/tours/{id}");
        first.Headers.CacheControl!.NoCache.ShouldBeTrue();
        async Task<HttpStatusCode> AskAsync(string tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tours/{id}");
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var answer = await ada.SendAsync(request);
            answer.Headers.ETag.ShouldNotBeNull();
            return answer.StatusCode;
        }

        var tag = first.Headers.ETag!.ToString();
        (await AskAsync(tag)).ShouldBe(HttpStatusCode.NotModified);
        (await AskAsync($"\"other\", {tag}")).ShouldBe(HttpStatusCode.NotModified);
        (await AskAsync("\"other\"")).ShouldBe(HttpStatusCode.OK);
        await ada.BookAsync(id, Soon, 1);
        (await AskAsync(tag)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_unknown_tour_is_404_until_it_is_created()
    {
        using var operators = web.SignedIn("olga", "operator");
        var id = $"new-{Guid.NewGuid():N}";
        var unknown = await operators.GetAnswerAsync($"/api/tours/{id}");
        (unknown.Status, unknown.Code).ShouldBe((404, "no_such_tour"));
        (await operators.GetAnswerAsync($"/api/tours/{new string('x', 129)}")).Status.ShouldBe(404);

        (await operators.SendAsync(HttpMethod.Post, "/api/tours", SaveTourSpecs.Tour() with { Id = id })).Status.ShouldBe(201);
        (await TourAsync(operators, id)).Tour.Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_load_under_way_while_the_tour_is_forgotten_is_not_kept()
    {
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        var reader = web.Get<TourReader>();
        for (var round = 0; round < 20; round++)
        {
            var load = reader.FindAsync(id, default).AsTask();
            await web.ExecuteAsync("UPDATE tours SET name = @name WHERE id = @id", new { id, name = $"round {round}" });
            reader.Forget(id, everywhere: false);
            (await reader.FindAsync(id, default))!.Value!.Details.Name.ShouldBe($"round {round}");
            await load;
            (await reader.FindAsync(id, default))!.Value!.Details.Name.ShouldBe($"round {round}");
            reader.Forget(id, everywhere: false);
        }
    }

    [Fact]
    public async Task HEAD_answers_as_GET_does_without_the_body()
    {
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var visitor = web.SignedIn(null);
        foreach (var path in new[] { $"/api/tours/{id}", $"/api/tours?destination=Lisbon&limit=1" })
        {
            using var get = await visitor.GetAsync(path);
            using var head = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
            (head.StatusCode, head.Headers.ETag, head.Content.Headers.ContentType)
                .ShouldBe((HttpStatusCode.OK, get.Headers.ETag, get.Content.Headers.ContentType));
            (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        }
        using var unknown = await visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/tours/nowhere"));
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_departure_that_the_board_knows_first_is_shown_as_soon_as_the_database_has_it()
    {
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var olga = web.SignedIn("olga", "operator");
        await TourAsync(olga, id);
        var later = Soon.AddDays(3);
        (await olga.SendAsync(HttpMethod.Put, $"/api/tours/{id}", SaveTourSpecs.Tour(new SaveDepartureRequest(later, 4)))).Status.ShouldBe(200);
        (await TourAsync(olga, id)).Tour.Departures.Select(departure => departure.Date).ShouldBe([Soon, later]);
    }

    protected static async Task<TourAnswer> TourAsync(HttpClient client, string id) =>
        (await client.GetAnswerAsync($"/api/tours/{id}")).Data.Deserialize<TourAnswer>(WireJson.Options)!;
}

public sealed class SqliteReadTourTests(SqliteWeb web) : ReadTourSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresReadTourTests(PostgresWeb web) : ReadTourSpecs(web), IClassFixture<PostgresWeb>
{
    [Fact]
    public async Task A_thousand_readers_of_a_cold_tour_make_one_query()
    {
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var queries = new CountedQueries(web.Get<PlatformSettings>().DatabaseUrl!, "FROM tours WHERE id");
        using var visitor = web.SignedIn(null);
        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => TourAsync(visitor, id)));
        answers.ShouldAllBe(answer => answer.Tour.Id == id);
        queries.Count.ShouldBe(1);
    }
}
