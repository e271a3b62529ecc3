using System.Net.Http.Headers;
using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Web.Tours;

public abstract class SaveTourSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    public static SaveTourRequest Tour(params SaveDepartureRequest[] departures) =>
        new("Alfama on foot", "Lisbon", "walk", 2.5, 19.9m, "EUR", TimeZone: "Europe/Lisbon", CancellationDays: 1, Departures: departures);

    [Fact]
    public async Task A_new_tour_can_be_read_and_booked_at_once_and_is_announced()
    {
        using var olga = web.SignedIn("olga", "operator");
        var answer = await olga.SendAsync(HttpMethod.Post, "/api/tours", Tour(new SaveDepartureRequest(Soon, 12)));
        answer.Status.ShouldBe(201);
        var tour = answer.Data.GetProperty("tour").Deserialize<TourView>(WireJson.Options)!;
        tour.Departures.ShouldBe([new DepartureView(Soon, 12, 12, AvailabilityStatus.Available, 1)]);
        (await olga.GetAnswerAsync(answer.Message.Headers.Location!.ToString())).Data.GetProperty("tour").GetProperty("name").GetString()
            .ShouldBe("Alfama on foot");
        (await olga.BookAsync(tour.Id, Soon, 2)).Booking.TotalPrice.ShouldBe(39.8m);

        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour.Id).Count == 5);
        web.EventsOf(tour.Id).Single(e => e.EventType == EventTypes.TourCreated).Data.Deserialize<TourChanged>(WireJson.EventOptions)
            .ShouldBe(new TourChanged(tour.Id, "Alfama on foot", "Lisbon", "walk", 2.5, 19.9m, "EUR", "Europe/Lisbon"));
        web.EventsOf(tour.Id).ShouldNotContain(e => e.EventType == EventTypes.AvailabilityRestored);
    }

    [Fact]
    public async Task A_date_with_more_digits_than_the_database_keeps_is_the_same_departure_everywhere()
    {
        using var olga = web.SignedIn("olga", "operator");
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        (await olga.SendAsync(HttpMethod.Put, $"/api/tours/{id}", Tour(new SaveDepartureRequest(Soon, 12)) with { Name = "x" })).Status.ShouldBe(200);
        var body = new { Tour().Name, Tour().Destination, Tour().Category, Tour().DurationHours, Tour().Price, Tour().Currency,
            Departures = new[] { new { Date = Soon.AddTicks(1), Capacity = 5 } } };
        (await olga.SendAsync(HttpMethod.Put, $"/api/tours/{id}", body)).Status.ShouldBe(200);
        var booked = await olga.BookAsync(new { tourId = id, date = Soon.AddTicks(9), participants = 2 }, Guid.NewGuid().ToString());
        booked.Booking.Date.ShouldBe(Soon);
        var tour = (await olga.GetAnswerAsync($"/api/tours/{id}")).Data.GetProperty("tour").Deserialize<TourView>(WireJson.Options)!;
        tour.Departures.ShouldBe([new DepartureView(Soon, 5, 3, AvailabilityStatus.Low, 4)]);
        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(id).Count(e => e.EventType == EventTypes.AvailabilityUpdated) == 3);
        web.EventsOf(id).Where(e => e.EventType == EventTypes.AvailabilityUpdated)
            .ShouldAllBe(e => e.Data.GetProperty("date").GetDateTimeOffset() == Soon);
    }

    [Fact]
    public async Task An_id_is_taken_once()
    {
        using var olga = web.SignedIn("olga", "operator");
        var named = Tour() with { Id = $"t-{Guid.NewGuid():N}" };
        (await olga.SendAsync(HttpMethod.Post, "/api/tours", named)).Status.ShouldBe(201);
        (await olga.SendAsync(HttpMethod.Post, "/api/tours", named)).Code.ShouldBe("tour_exists");
    }

    [Fact]
    public async Task Changing_a_tour_changes_what_is_cached_and_is_announced()
    {
        using var olga = web.SignedIn("olga", "operator");
        var id = await web.AddTourAsync(departures: (Soon, 9, 9));
        await olga.GetAnswerAsync($"/api/tours/{id}");
        (await olga.SendAsync(HttpMethod.Put, $"/api/tours/{id}", Tour() with { Name = "New name" })).Status.ShouldBe(200);

        (await olga.GetAnswerAsync($"/api/tours/{id}")).Data.GetProperty("tour").GetProperty("name").GetString().ShouldBe("New name");
        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(id).Count == 1);
        web.EventsOf(id)[0].EventType.ShouldBe(EventTypes.TourUpdated);
        (await olga.SendAsync(HttpMethod.Put, "/api/tours/nowhere", Tour())).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Capacity_moves_the_free_seats_but_never_below_what_is_sold()
    {
        using var olga = web.SignedIn("olga", "operator");
        var id = await web.AddTourAsync(departures: (Soon, 10, 10));
        using var ada = web.SignedIn("ada");
        (await ada.BookAsync(id, Soon, 6)).Status.ShouldBe(201);
        var tooSmall = await olga.SendAsync(HttpMethod.Put, $"/api/tours/{id}", Tour(new SaveDepartureRequest(Soon, 5)) with { Name = "Not saved" });
        (tooSmall.Status, tooSmall.Code, tooSmall.Body.GetProperty("sold").GetInt32()).ShouldBe((422, "capacity_below_sold", 6));
        (await olga.GetAnswerAsync($"/api/tours/{id}")).Data.GetProperty("tour").GetProperty("name").GetString().ShouldNotBe("Not saved");

        (await DepartureAfterAsync(new SaveDepartureRequest(Soon, 6))).ShouldBe(new DepartureView(Soon, 6, 0, AvailabilityStatus.SoldOut, 3));
        (await DepartureAfterAsync(new SaveDepartureRequest(Soon, 6))).Version.ShouldBe(3); // nothing changed
        (await DepartureAfterAsync(new SaveDepartureRequest(Soon, 9))).ShouldBe(new DepartureView(Soon, 9, 3, AvailabilityStatus.Low, 4));
        (await DepartureAfterAsync(new SaveDepartureRequest(Soon, 9, Closed: true)))
            .ShouldBe(new DepartureView(Soon, 9, 3, AvailabilityStatus.Closed, 5));

        string[] Alerts() => web.EventsOf(id).Select(e => e.EventType).Where(type => type is not (
            EventTypes.TourUpdated or EventTypes.AvailabilityUpdated or EventTypes.BookingCreated or EventTypes.BookingConfirmed)).ToArray();
        await Eventually.ShouldBeTrueAsync(
            () => web.EventsOf(id).Count(e => !e.EventType.StartsWith("booking", StringComparison.Ordinal)) == 4 + 4 + 3);
        // 10 to 4, 0 and 3
        Alerts().ShouldBe([EventTypes.AvailabilityLow, EventTypes.TourSoldOut, EventTypes.AvailabilityRestored], ignoreOrder: true);

        async Task<DepartureView> DepartureAfterAsync(SaveDepartureRequest departure) =>
            (await olga.SendAsync(HttpMethod.Put, $"/api/tours/{id}", Tour(departure)))
            .Data.GetProperty("tour").Deserialize<TourView>(WireJson.Options)!.Departures.Single();
    }

    [Fact]
    public async Task Only_operators_keep_the_catalogue()
    {
        (await web.SignedIn("ada").SendAsync(HttpMethod.Post, "/api/tours", Tour())).Status.ShouldBe(403);
        (await web.SignedIn("gus", "guide").SendAsync(HttpMethod.Put, "/api/tours/t", Tour())).Status.ShouldBe(403);
        (await web.SignedIn(null).SendAsync(HttpMethod.Post, "/api/tours", Tour())).Status.ShouldBe(401);
    }

    public static TheoryData<string, SaveTourRequest> BadTours => new()
    {
        { "name", Tour() with { Name = " " } },
        { "price", Tour() with { Price = 1.999m } },
        { "price", Tour() with { Price = -1 } },
        { "currency", Tour() with { Currency = "euro" } },
        { "timeZone", Tour() with { TimeZone = "Mars/Olympus" } },
        { "durationHours", Tour() with { DurationHours = 0 } },
        { "cancellationDays", Tour() with { CancellationDays = -1 } },
        { "capacity", Tour(new SaveDepartureRequest(Soon, -1)) },
        { "twice", Tour(new SaveDepartureRequest(Soon, 1), new SaveDepartureRequest(Soon.ToOffset(TimeSpan.FromHours(1)), 1)) },
        { "id", Tour() with { Id = "" } },
    };

    [Theory]
    [MemberData(nameof(BadTours))]
    public async Task A_bad_tour_is_422_with_a_sentence_that_names_the_member(string member, SaveTourRequest tour)
    {
        var answer = await web.SignedIn("olga", "operator").SendAsync(HttpMethod.Post, "/api/tours", tour);
        answer.Status.ShouldBe(422);
        answer.Body.GetProperty("error").GetString()!.ShouldContain(member);
    }

    [Theory]
    [InlineData("lisbon/alfama")]
    [InlineData("lisbon\\alfama")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData(" alfama")]
    [InlineData("alfama ")]
    [InlineData("alfama 2")]
    [InlineData("100%")]
    [InlineData("a%2Fb")]
    [InlineData("why?")]
    [InlineData("a#b")]
    [InlineData("a;b")]
    [InlineData("a\nb")]
    [InlineData("cafe\u0301")] // the accent as a character of its own
    [InlineData("left\u200Eright")]
    [InlineData("half a pair \ud83d")]
    public async Task An_id_that_cannot_stand_in_an_address_is_422_and_makes_no_tour(string id)
    {
        using var olga = web.SignedIn("olga", "operator");
        using var body = new StringContent(
            JsonSerializer.Serialize(Tour() with { Id = "ID" }, WireJson.Options).Replace("\"ID\"", JsonSerializer.Serialize(id)),
            MediaTypeHeaderValue.Parse("application/json"));
        var answer = await Answer.ReadAsync(await olga.PostAsync("/api/tours", body));
        answer.Status.ShouldBe(422);
        answer.Body.GetProperty("error").GetString()!.ShouldStartWith("id must");
        (await olga.GetAnswerAsync("/api/tours?limit=200")).Data.GetProperty("tours").EnumerateArray()
            .ShouldNotContain(tour => tour.GetProperty("id").GetString() == id);
    }

    [Theory]
    [InlineData("lisbon.alfama_2~b-c")]
    [InlineData("東京")]
    [InlineData("Málaga-ß")]
    [InlineData("𠮷野家")] // outside the first plane
    [InlineData("7")]
    public async Task A_tours_own_Location_leads_to_it(string start)
    {
        using var olga = web.SignedIn("olga", "operator");
        var id = $"{start}{Guid.NewGuid():N}".PadRight(128, 'x');
        var created = await olga.SendAsync(HttpMethod.Post, "/api/tours", Tour() with { Id = id });
        created.Status.ShouldBe(201);
        var location = created.Message.Headers.Location!.OriginalString;
        (await olga.GetAnswerAsync(location)).Data.GetProperty("tour").GetProperty("id").GetString().ShouldBe(id);
        (await olga.SendAsync(HttpMethod.Put, location, Tour() with { Id = id, Name = "Other words" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_tour_whose_id_is_older_than_the_rule_is_still_shown_changed_and_booked()
    {
        using var olga = web.SignedIn("olga", "operator");
        var id = $"old id (1) {Guid.NewGuid():N}";
        await web.ExecuteAsync("UPDATE tours SET id = @id WHERE id = @was", new { id, was = await web.AddTourAsync() });
        var saved = await olga.SendAsync(HttpMethod.Put, $"/api/tours/{Uri.EscapeDataString(id)}", Tour(new SaveDepartureRequest(Soon, 5)));
        saved.Status.ShouldBe(200);
        (await olga.BookAsync(id, Soon, 2)).Status.ShouldBe(201);
        (await olga.GetAnswerAsync($"/api/tours/{Uri.EscapeDataString(id)}")).Data.GetProperty("tour").GetProperty("id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task The_waiting_list_takes_parties_that_find_no_seats()
    {
        var id = await web.AddTourAsync(departures: (Soon, 9, 2));
        using var ada = web.SignedIn("ada");
        Task<Answer> JoinAsync(string tour, DateTimeOffset date, int participants) =>
            ada.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/waiting-list", new { date, participants });

        var joined = await JoinAsync(id, Soon, 3);
        joined.Status.ShouldBe(201);
        joined.Data.Deserialize<WaitingListEntry>(WireJson.Options)!.Participants.ShouldBe(3);
        (await JoinAsync(id, Soon, 4)).Data.GetProperty("createdAt").GetDateTimeOffset()
            .ShouldBe(joined.Data.GetProperty("createdAt").GetDateTimeOffset());
        (await JoinAsync(id, Soon, 2)).Code.ShouldBe("seats_available");
        (await JoinAsync(id, Soon, 10)).Code.ShouldBe("party_too_large");
        (await JoinAsync(id, Soon.AddHours(1), 3)).Code.ShouldBe("no_such_departure");
        (await JoinAsync("nowhere", Soon, 3)).Code.ShouldBe("no_such_tour");
        (await JoinAsync(id, Soon, 0)).Status.ShouldBe(422);
        (await web.SignedIn(null).SendAsync(HttpMethod.Post, $"/api/tours/{id}/waiting-list", new { date = Soon, participants = 3 }))
            .Status.ShouldBe(401);
    }
}

public sealed class SqliteSaveTourTests(SqliteWeb web) : SaveTourSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresSaveTourTests(PostgresWeb web) : SaveTourSpecs(web), IClassFixture<PostgresWeb>;
