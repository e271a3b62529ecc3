using System.Net;
using System.Net.Http.Headers;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;
using RealtimeTours.Web.Operations;

namespace RealtimeTours.Tests.Journeys;

/// <summary>
/// What users see, whichever way the system runs. One visitor watches with the official JavaScript client, another with the official .NET one.
/// </summary>
public abstract class SystemJourneySpecs
{
    protected abstract RunningSystem System { get; }

    [Fact]
    public async Task A_booking_changes_the_number_in_front_of_all_the_others()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(12);
        await using var javaScript = await JavaScriptWatcher.StartAsync(System.Hubs[0], [tourId]);
        await using var dotNet = await HubClient.ConnectAsync(System.Hubs[^1]);
        var snapshot = await dotNet.WatchTourAsync(tourId);
        snapshot.Departures.Single(update => update.Date == departure.Date).AvailableSpots.ShouldBe(departure.AvailableSpots);
        javaScript.Seats(tourId, departure.Date).ShouldBe(departure.AvailableSpots);

        var (status, body, headers) = await ada.BookAsync(tourId, departure.Date, 2, correlationId: "req_journey");

        status.ShouldBe(HttpStatusCode.Created);
        headers.GetValues("X-Correlation-Id").ShouldBe(["req_journey"]);
        headers.Location.ShouldNotBeNull();
        body.GetProperty("data").GetProperty("booking").GetProperty("status").GetString().ShouldBe(BookingStatus.Confirmed);
        var left = departure.AvailableSpots - 2;
        await Eventually.ShouldBeTrueAsync(() => javaScript.Seats(tourId, departure.Date) == left);
        await Eventually.ShouldBeTrueAsync(() => dotNet.Updates.Any(u => u.Date == departure.Date && u.AvailableSpots == left));
        var update = dotNet.Updates.Last(u => u.Date == departure.Date);
        update.PreviousSpots.ShouldBe(departure.AvailableSpots);
        update.Capacity.ShouldBe(departure.Capacity);
        update.Version.ShouldBeGreaterThan(departure.Version);
        (await ada.TourAsync(tourId)).Departures.Single(d => d.Date == departure.Date).AvailableSpots.ShouldBe(left);
    }

    [Fact]
    public async Task Only_the_bookings_owner_hears_of_it_on_whichever_node_and_cancelling_gives_the_seats_back()
    {
        using var ada = await new RestClient(System.Web).SignInAsync($"ada-{Guid.NewGuid():N}");
        using var eve = await new RestClient(System.Web).SignInAsync($"eve-{Guid.NewGuid():N}");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(12);
        await using var adasPhone = await JavaScriptWatcher.StartAsync(System.Hubs[0], [tourId], ada.Token);
        await using var adasLaptop = await HubClient.ConnectAsync(System.Hubs[^1], ada.Token);
        await using var evesLaptop = await HubClient.ConnectAsync(System.Hubs[0], eve.Token);
        await adasLaptop.WatchTourAsync(tourId);

        var (_, body, headers) = await ada.BookAsync(tourId, departure.Date, 3);
        var id = body.GetProperty("data").GetProperty("booking").GetProperty("id").GetString()!;
        await Eventually.ShouldBeTrueAsync(() => adasLaptop.Bookings.Any(b => b.BookingId == id && b.Status == BookingStatus.Confirmed));
        await Eventually.ShouldBeTrueAsync(() => adasPhone.Received("BookingUpdated").Any(b => b.GetProperty("bookingId").GetString() == id));

        (await eve.Http.GetAsync(headers.Location)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await eve.PostAsync($"/api/bookings/{id}/cancel", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ada.PostAsync($"/api/bookings/{id}/cancel", new { reason = "rain" })).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.PostAsync($"/api/bookings/{id}/cancel", new { })).Status.ShouldBe(HttpStatusCode.Conflict);

        await Eventually.ShouldBeTrueAsync(() => adasLaptop.Bookings.Any(b => b.BookingId == id && b.Status == BookingStatus.Cancelled));
        await Eventually.ShouldBeTrueAsync(() => adasPhone.Seats(tourId, departure.Date) == departure.AvailableSpots);
        evesLaptop.Bookings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_paid_booking_is_pending_until_its_payment_came_and_a_declined_one_gives_its_seats_back()
    {
        using var ada = await new RestClient(System.Web).SignInAsync($"ada-{Guid.NewGuid():N}");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(12);
        await using var laptop = await HubClient.ConnectAsync(System.Hubs[^1], ada.Token);
        await laptop.WatchTourAsync(tourId);

        foreach (var (card, end) in new[] { ("pm_card_visa", BookingStatus.Confirmed), ("pm_card_chargeDeclined", BookingStatus.Failed) })
        {
            var (status, body, headers) = await ada.BookAsync(tourId, departure.Date, 2, paymentMethod: card);
            var booking = body.GetProperty("data").GetProperty("booking");
            (status, booking.GetProperty("status").GetString()).ShouldBe((HttpStatusCode.Created, BookingStatus.Pending));
            var id = booking.GetProperty("id").GetString();
            await Eventually.ShouldBeTrueAsync(() => laptop.Bookings.LastOrDefault(b => b.BookingId == id)?.Status == end);
            (await ada.DataAsync<SagaAnswer>($"{headers.Location}/saga")).Saga.Step.ShouldBe(end == BookingStatus.Confirmed ? "completed" : "failed");
        }
        var left = departure.AvailableSpots - 2;
        await Eventually.ShouldBeTrueAsync(() => laptop.Updates.LastOrDefault(u => u.Date == departure.Date)?.AvailableSpots == left);
    }

    [Fact]
    public async Task The_last_seats_go_with_an_alert_and_nobody_can_book_more()
    {
        using var ada = await new RestClient(System.Web).SignInAsync("ada");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(6, d => d.AvailableSpots <= 25);
        await using var watcher = await HubClient.ConnectAsync(System.Hubs[^1]);
        await watcher.WatchTourAsync(tourId);

        (await ada.BookAsync(tourId, departure.Date, departure.AvailableSpots - 4)).Status.ShouldBe(HttpStatusCode.Created);
        var (tooMany, refusal, _) = await ada.BookAsync(tourId, departure.Date, 5);
        tooMany.ShouldBe(HttpStatusCode.Conflict);
        refusal.GetProperty("code").GetString().ShouldBe("not_enough_spots");
        refusal.GetProperty("availableSpots").GetInt32().ShouldBe(4);
        (await ada.BookAsync(tourId, departure.Date, 4)).Status.ShouldBe(HttpStatusCode.Created);
        var (none, soldOut, _) = await ada.BookAsync(tourId, departure.Date, 1);
        none.ShouldBe(HttpStatusCode.Conflict);
        soldOut.GetProperty("code").GetString().ShouldBe("sold_out");

        await Eventually.ShouldBeTrueAsync(() => watcher.Alerts.Any(a => a.Date == departure.Date && a.Kind == AlertKinds.Low));
        await Eventually.ShouldBeTrueAsync(() => watcher.Alerts.Any(a => a.Date == departure.Date && a.Kind == AlertKinds.SoldOut));
        await Eventually.ShouldBeTrueAsync(() => watcher.Updates.LastOrDefault(u => u.Date == departure.Date)?.Status == AvailabilityStatus.SoldOut);
        var versions = watcher.Updates.Where(u => u.Date == departure.Date).Select(u => u.Version).ToArray();
        versions.ShouldBe(versions.Distinct().Order());
    }

    [Fact]
    public async Task A_read_says_where_it_came_from_and_an_unchanged_tour_is_304()
    {
        using var visitor = new RestClient(System.Web);
        var tour = (await visitor.ToursAsync("limit=1")).Single();
        using var first = await visitor.Http.GetAsync($"/api/tours/{tour.Id}");
        var answer = await visitor.DataAsync<TourAnswer>($"/api/tours/{tour.Id}");
        answer.Meta.DataSource.ShouldBe("cache");
        answer.Meta.NextSyncIn.ShouldBeInRange(0, 300);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/tours/{tour.Id}");
        again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.ToString()));
        (await visitor.Http.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await visitor.Http.GetAsync("/api/tours/no-such-tour")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_system_describes_itself_and_is_ready_on_every_port()
    {
        using var client = new HttpClient();
        (await client.GetStringAsync($"{System.Web}/openapi/v1.json")).ShouldContain("/api/bookings");
        foreach (var address in System.Hubs.Select(hub => new Uri(hub).GetLeftPart(UriPartial.Authority)).Append(System.Web))
        {
            (await client.GetAsync($"{address}/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
            await Eventually.ShouldBeTrueAsync(async () => (await client.GetAsync($"{address}/health/ready")).StatusCode == HttpStatusCode.OK);
            (await client.GetStringAsync($"{address}/metrics")).ShouldContain("# TYPE ");
        }
    }

    [Fact]
    public async Task An_operator_reads_a_bookings_whole_story_and_replays_it_to_no_effect()
    {
        using var ada = await new RestClient(System.Web).SignInAsync($"ada-{Guid.NewGuid():N}");
        using var olga = await new RestClient(System.Web).SignInAsync("olga", "operator");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(6);
        var correlationId = $"req_{Guid.NewGuid():N}";
        var (_, body, _) = await ada.BookAsync(tourId, departure.Date, 1, correlationId: correlationId);
        var id = body.GetProperty("data").GetProperty("booking").GetProperty("id").GetString()!;
        (await ada.PostAsync($"/api/bookings/{id}/cancel", new { reason = "rain" })).Status.ShouldBe(HttpStatusCode.OK);

        LoggedEventPage story = new([], null);
        await Eventually.ShouldBeTrueAsync(
            async () => (story = await olga.DataAsync<LoggedEventPage>($"/api/events?bookingId={id}")).Events.Count == 3);
        story.Events.Select(e => e.GetProperty("eventType").GetString())
            .ShouldBe([EventTypes.BookingCreated, EventTypes.BookingConfirmed, EventTypes.BookingCancelled]);
        var request = await olga.DataAsync<LoggedEventPage>($"/api/events?correlationId={correlationId}&limit=1");
        request.Events.Single().GetProperty("data").GetProperty("tourId").GetString().ShouldBe(tourId);
        (await olga.DataAsync<LoggedEventPage>($"/api/events?correlationId={correlationId}&cursor={request.Cursor}"))
            .Events.Count.ShouldBeGreaterThanOrEqualTo(2);

        var before = await ada.TourAsync(tourId);
        var (from, to) = (DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(10));
        var (status, replayed) = await olga.PostAsync("/api/events/replay", new { from, to, consumer = EventConsumers.RealtimeHub, correlationId });
        status.ShouldBe(HttpStatusCode.OK);
        replayed.GetProperty("data").GetProperty("replayed").GetInt32().ShouldBeGreaterThanOrEqualTo(3);
        (await ada.TourAsync(tourId)).Departures.Single(d => d.Date == departure.Date)
            .ShouldBe(before.Departures.Single(d => d.Date == departure.Date));

        (await olga.PostAsync("/api/events/replay", new { from, to, consumer = "nobody" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await olga.PostAsync("/api/events/replay", new { from = to, to = from, consumer = EventConsumers.RealtimeHub })).Body.GetProperty("code")
            .GetString().ShouldBe("bad_span");
        (await olga.Http.GetAsync("/api/events")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await olga.Http.GetAsync($"/api/events?bookingId={id}&cursor=nowhere")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ada.Http.GetAsync($"/api/events?bookingId={id}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ada.PostAsync("/api/events/replay", new { from, to, consumer = EventConsumers.RealtimeHub }))
            .Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_command_replays_a_span_into_one_consumer_and_effects_happen_once_all_the_same()
    {
        using var ada = await new RestClient(System.Web).SignInAsync($"ada-{Guid.NewGuid():N}");
        using var olga = await new RestClient(System.Web).SignInAsync("olga", "operator");
        var (tourId, departure) = await ada.DepartureWithSeatsAsync(4);
        var from = DateTimeOffset.UtcNow.AddMinutes(-1);
        var paid = await PayAsync();
        await StoryIsCompleteAsync(paid);
        var to = DateTimeOffset.UtcNow.AddMinutes(1);

        foreach (var (consumer, token) in new[] { (EventConsumers.Payments, null), (EventConsumers.BookingSaga, olga.Token) })
        {
            var run = await ReplayAsync(token, $"--consumer {consumer} --from {from:O} --to {to:O}");
            (run.ExitCode, run.Errors).ShouldBe((0, ""));
            int.Parse(run.Output.Split(' ')[0]).ShouldBeGreaterThanOrEqualTo(6, run.Output);
        }
        // What was replayed before it has been handled by then.
        await StoryIsCompleteAsync(await PayAsync());
        await StoryIsCompleteAsync(paid);
        (await ada.TourAsync(tourId)).Departures.Single(d => d.Date == departure.Date).AvailableSpots.ShouldBe(departure.AvailableSpots - 2);

        foreach (var (line, exitCode, error) in new[]
        {
            ("--consumer nobody --from 2026-01-01 --to 2026-01-02", 1, "404: There is no such consumer"),
            ("--consumer payments", ReplayCommand.UsageError, "Option '--from' is required."),
        })
        {
            var run = await ReplayAsync(olga.Token, line);
            (run.ExitCode, run.Output).ShouldBe((exitCode, ""));
            run.Errors.ShouldStartWith(error);
        }

        async Task<string> PayAsync()
        {
            var (_, body, _) = await ada.BookAsync(tourId, departure.Date, 1, paymentMethod: "pm_card_visa");
            return body.GetProperty("data").GetProperty("booking").GetProperty("id").GetString()!;
        }

        // Each event of a paid booking once, and the money once: more would have been made by a second effect.
        Task StoryIsCompleteAsync(string id) => Eventually.ShouldBeTrueAsync(async () =>
            (await olga.DataAsync<LoggedEventPage>($"/api/events?bookingId={id}")).Events.Select(e => e.GetProperty("eventType").GetString()).Order()
                .SequenceEqual(
                new[]
                {
                    EventTypes.BookingCreated, EventTypes.PaymentRequested, EventTypes.PaymentInitiated, EventTypes.PaymentSucceeded,
                    EventTypes.BookingConfirmationRequested, EventTypes.BookingConfirmed,
                }.Order()));

        // As an operator does it; without a token a host in Development gives one.
        Task<FinishedProcess> ReplayAsync(string? token, string line)
        {
            var command = HostProcess.CommandFor("Web", ["replay", .. line.Split(' '), "--web", System.Web]);
            command.Environment["OPERATOR_TOKEN"] = token;
            return FinishedProcess.OfAsync(command);
        }
    }
}
