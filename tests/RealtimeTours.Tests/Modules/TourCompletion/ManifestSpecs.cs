using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.TourCompletion;

public abstract class ManifestSpecs(CompletionWeb web)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_guide_sees_who_is_booked_by_name_and_who_has_come()
    {
        var date = web.In(Hour);
        var tour = await web.AddTourAsync(departures: (date, 90, 90));
        var ids = await web.BookedAsync(tour, date, "ida", "ben", "kim", "max");
        await web.SignedIn("max").CancelAsync(ids[3]);
        await web.ExecuteAsync("UPDATE bookings SET status = 'cancelled' WHERE id = @id", new { id = ids[3] });
        await TellAsync(EventTypes.UserRegistered, "ida", "Ida Lovelace", web.In(-Hour));
        using var gus = web.SignedIn("gus", "guide");
        web.Time.Advance(2 * Hour);
        await gus.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = ids[1..2], noShows = ids[2..3] });

        await Eventually.ShouldBeTrueAsync(async () => (await ManifestAsync(gus, tour, date)).Bookings[0].UserName == "Ida Lovelace");
        var manifest = await ManifestAsync(gus, tour, date);
        manifest.Participants.ShouldBe(6);
        manifest.Bookings.ShouldBe(
        [
            new BookedParty(ids[0], "Ida Lovelace", 2, BookingStatus.Confirmed, null),
            new BookedParty(ids[1], "ben", 2, BookingStatus.Completed, Attendance.Confirmed),
            new BookedParty(ids[2], "kim", 2, BookingStatus.NoShow, Attendance.NoShow),
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task Of_a_users_names_the_newest_wins_in_whatever_order_they_come()
    {
        var date = web.In(Hour);
        var tour = await web.AddTourAsync(departures: (date, 90, 90));
        await web.BookedAsync(tour, date, "eva", "flo");
        using var gus = web.SignedIn("gus", "guide");
        await TellAsync(EventTypes.UserUpdated, "eva", "Eva Newest", web.In(-Hour));
        await TellAsync(EventTypes.UserRegistered, "eva", "Eva First", web.In(-9 * Hour));
        await TellAsync(EventTypes.UserUpdated, "eva", "Eva Between", web.In(-2 * Hour));
        await TellAsync(EventTypes.UserUpdated, "flo", new string('x', 201), web.In(-Hour)); // to the dead letters
        await TellAsync(EventTypes.UserUpdated, "flo", "Flo Last", web.In(-2 * Hour)); // one queue: by now the others have been handled or wait
        await Eventually.ShouldBeTrueAsync(async () => (await ManifestAsync(gus, tour, date)).Bookings.Select(party => party.UserName).Order()
            .SequenceEqual(["Eva Newest", "Flo Last"]));
    }

    [Fact]
    public async Task A_date_is_compared_as_an_instant_and_what_is_none_is_refused()
    {
        var date = web.In(Hour);
        var tour = await web.AddTourAsync(departures: (date, 90, 90));
        await web.BookedAsync(tour, date, "ada");
        using var gus = web.SignedIn("gus", "guide");
        var spellings = new[] { $"{date.UtcDateTime:O}", $"{date.ToOffset(TimeSpan.FromHours(5.75)):O}", $"{date.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" };
        foreach (var text in spellings)
            (await gus.GetAnswerAsync($"/api/tours/{tour}/departures/{text}/bookings")).Data.GetProperty("participants").GetInt32().ShouldBe(2);
        foreach (var text in new[] { "tomorrow", "2026-02-30T10:00:00Z", "1", new string('1', 200), "%7F", "2026-02-10T10" })
            (await gus.GetAnswerAsync($"/api/tours/{tour}/departures/{text}/bookings")).Code.ShouldBe("bad_date", text);
        (await gus.GetAnswerAsync($"/api/tours/{tour}/departures/2026-02-10T10:00:00Z/bookings")).Code.ShouldBe("no_such_departure");
        (await gus.GetAnswerAsync($"/api/tours/nothing/departures/{date.UtcDateTime:O}/bookings")).Code.ShouldBe("no_such_tour");
    }

    [Fact]
    public async Task The_guides_list_has_the_booked_departures_of_the_last_two_days_and_the_next_one()
    {
        var (past, next, far, tooOld) = (web.In(Hour), web.In(48 * Hour), web.In(99 * Hour), web.In(TimeSpan.FromMinutes(10)));
        var tour = await web.AddTourAsync(
            name: "Alfama", timeZone: "Europe/Lisbon",
            departures: [(past, 9, 9), (next, 9, 9), (far, 9, 9), (web.In(2 * Hour), 9, 9), (tooOld, 9, 9)]);
        var ids = await web.BookedAsync(tour, past, "ada", "bob");
        await web.BookedAsync(tour, next, "ada");
        await web.BookedAsync(tour, far, "ada");
        await web.BookedAsync(tour, tooOld, "ada");
        web.Time.Advance(48.5 * Hour);
        using var gus = web.SignedIn("gus", "guide");
        await gus.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = ids[..1] });

        var listed = (await gus.GetAnswerAsync("/api/guide/departures")).Data.Deserialize<GuidedDepartures>(WireJson.Options)!;
        listed.Departures.Where(departure => departure.TourId == tour).ShouldBe(
        [
            new GuidedDeparture(tour, "Alfama", "Europe/Lisbon", past, Parties: 2, Participants: 4, Open: 1),
            new GuidedDeparture(tour, "Alfama", "Europe/Lisbon", next, Parties: 1, Participants: 2, Open: 1),
        ]);
    }

    [Theory]
    [InlineData("POST", "/api/tours/t/complete", 403, 422, 422)]
    [InlineData("GET", "/api/tours/t/departures/2026-02-10T10:00:00Z/bookings", 403, 404, 404)]
    [InlineData("GET", "/api/guide/departures", 403, 200, 200)]
    [InlineData("POST", "/api/bookings/b/rating", 422, 422, 422)]
    [InlineData("POST", "/api/dev/tours/t/departures/2026-02-10T10:00:00Z/complete", 403, 403, 404)]
    public async Task Who_may_do_what(string method, string path, int user, int guide, int @operator)
    {
        (await AskAsync(web.SignedIn(null))).ShouldBe(401);
        (await AskAsync(web.SignedIn("eve"))).ShouldBe(user);
        (await AskAsync(web.SignedIn("gus", "guide"))).ShouldBe(guide);
        (await AskAsync(web.SignedIn("olga", "operator"))).ShouldBe(@operator);

        async Task<int> AskAsync(HttpClient client) =>
            (method == "GET" ? await client.GetAnswerAsync(path) : await client.SendAsync(new HttpMethod(method), path, new { })).Status;
    }

    private Task TellAsync(string eventType, string userId, string name, DateTimeOffset at)
    {
        var envelope = new EventEnvelope(
            eventType, Ids.New("evt_"), at, JsonSerializer.SerializeToElement(
                new UserRegistered(userId, $"{userId}@example.com", name), WireJson.EventOptions));
        return web.Get<IEventBus>().PublishAsync(new OutgoingEvent(
            eventType, envelope.EventId, JsonSerializer.SerializeToUtf8Bytes(envelope, WireJson.EventOptions)));
    }

    private static async Task<DepartureManifest> ManifestAsync(HttpClient guide, string tour, DateTimeOffset date) =>
        (await guide.GetAnswerAsync($"/api/tours/{tour}/departures/{date.UtcDateTime:O}/bookings")).Data
            .Deserialize<DepartureManifest>(WireJson.Options)!;
}

public sealed class SqliteManifestTests(SqliteCompletionWeb web) : ManifestSpecs(web), IClassFixture<SqliteCompletionWeb>;

public sealed class PostgresManifestTests(PostgresCompletionWeb web) : ManifestSpecs(web), IClassFixture<PostgresCompletionWeb>;
