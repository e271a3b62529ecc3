using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.RealtimeHub.Admission;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>One node in one process, with the official .NET client.</summary>
public sealed class AvailabilityHubTests : IAsyncLifetime
{
    private HubNode _node = null!;

    public async Task InitializeAsync() => _node = await HubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_snapshot_first_then_the_updates()
    {
        await _node.PublishAsync(EventTypes.AvailabilityUpdated, new TourAvailabilityUpdated("t", 9, States.Departure, 3, 12, 20));
        var client = await _node.ConnectAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("t")).Departures.Count == 1);
        var snapshot = await client.WatchTourAsync("t");
        snapshot.TourId.ShouldBe("t");
        snapshot.Viewers.ShouldBe(1);
        var departure = snapshot.Departures.Single();
        (departure.Date, departure.AvailableSpots, departure.PreviousSpots, departure.Capacity, departure.Status, departure.Version)
            .ShouldBe((States.Departure, 9, 12, 20, "available", 3));

        await _node.UpdateAsync("t", 4, 4);
        await Eventually.ShouldBeTrueAsync(() => !client.Updates.IsEmpty);
        var update = client.Updates.Single();
        (update.AvailableSpots, update.PreviousSpots, update.Capacity, update.Status, update.Version).ShouldBe((4, 9, 20, "low", 4));
    }

    // The database keeps microseconds; a publisher may know more digits of the same start.
    [Fact]
    public async Task A_date_with_100_ns_is_the_departure_it_means()
    {
        await _node.UpdateAsync("t", 9, 1);
        var client = await _node.ConnectAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("t")).Departures.Count == 1);
        await _node.PublishAsync(EventTypes.AvailabilityUpdated, new TourAvailabilityUpdated("t", 4, States.Departure.AddTicks(1), 2));
        await Eventually.ShouldBeTrueAsync(() => client.Updates.Any(update => update.Version == 2));
        (await client.WatchTourAsync("t")).Departures.Select(d => (d.Date, d.AvailableSpots)).ShouldBe([(States.Departure, 4)]);
    }

    // JavaScript reads whole numbers up to 2^53 - 1; the next one shown must still be above.
    [Fact]
    public async Task After_the_largest_version_a_newer_statement_without_one_is_still_shown()
    {
        const long Largest = (1L << 53) - 1;
        await _node.UpdateAsync("t", 9, Largest);
        var client = await _node.ConnectAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("t")).Departures.Count == 1);
        await _node.PublishAsync(
            EventTypes.AvailabilityUpdated, new TourAvailabilityUpdated("t", 4, States.Departure), timestamp: DateTimeOffset.UtcNow.AddMinutes(1));
        await Eventually.ShouldBeTrueAsync(() => client.Updates.Any(update => update.AvailableSpots == 4));
        client.Updates.Last().Version.ShouldBeGreaterThanOrEqualTo(Largest);
        await _node.UpdateAsync("t", 1, Largest + 1);
        await _node.UpdateAsync("u", 1, 1);
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("u")).Departures.Count == 1);
        (await client.WatchTourAsync("t")).Departures.Single().AvailableSpots.ShouldBe(4, "a version beyond is refused");
    }

    // Two processes' clocks differ: the later state may carry the earlier time.
    [Fact]
    public async Task The_last_word_about_a_booking_is_its_last_state_whatever_the_clocks_say()
    {
        var client = await _node.ConnectAsync("ada");
        Task TellAsync(string type, int second, string booking = "b") => _node.PublishAsync(
            type, new BookingPlaced(booking, "t", "ada", States.Departure, 2, 20, "EUR"), timestamp: States.Noon.AddSeconds(second));
        await TellAsync(EventTypes.BookingConfirmed, 0);
        await TellAsync(EventTypes.BookingCreated, 1);
        await TellAsync(EventTypes.BookingConfirmed, 2, "other");
        await Eventually.ShouldBeTrueAsync(() => client.Bookings.Any(told => told.BookingId == "other"));
        client.Bookings.Last(told => told.BookingId == "b").Status.ShouldBe("confirmed");
    }

    [Fact]
    public async Task An_unknown_tour_is_empty_and_its_first_event_arrives()
    {
        var client = await _node.ConnectAsync();
        (await client.WatchTourAsync("new")).Departures.ShouldBeEmpty();
        await _node.PublishAsync(EventTypes.TourSoldOut, new TourSoldOut("new", DateTimeOffset.UtcNow), timestamp: States.Noon);
        await Eventually.ShouldBeTrueAsync(() => !client.Updates.IsEmpty && !client.Alerts.IsEmpty);
        var update = client.Updates.Single();
        (update.Date, update.AvailableSpots, update.Status, update.Version, update.Timestamp)
            .ShouldBe((null, 0, "sold_out", States.Noon.ToUnixTimeMilliseconds(), States.Noon));
        client.Alerts.Single().ShouldBe(new AvailabilityAlert("new", null, AlertKinds.SoldOut, 0, States.Noon));
    }

    [Fact]
    public async Task Snapshots_of_many_tours_keep_their_order_and_duplicates()
    {
        await _node.UpdateAsync("a", 1, 1);
        var client = await _node.ConnectAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("a")).Departures.Count == 1);
        var snapshots = await client.WatchToursAsync("b", "a", "c", "a");
        snapshots.Select(s => (s.TourId, s.Departures.Count)).ShouldBe([("b", 0), ("a", 1), ("c", 0), ("a", 1)]);
        (await client.WatchToursAsync()).ShouldBeEmpty();
        (await client.WatchToursAsync(Enumerable.Range(0, 200).Select(i => $"{i}".PadLeft(128, 'x')).ToArray())).Length.ShouldBe(200);
    }

    [Fact]
    public async Task Nothing_arrives_after_unwatching()
    {
        var (watching, left) = (await _node.ConnectAsync(), await _node.ConnectAsync());
        foreach (var client in new[] { watching, left }) await client.WatchToursAsync("a", "b");
        await left.Connection.InvokeAsync("UnwatchTour", "a");
        await left.Connection.InvokeAsync("UnwatchTours", new[] { "b", "never-watched" });
        await _node.UpdateAsync("a", 1, 1);
        await _node.UpdateAsync("b", 1, 1);
        await Eventually.ShouldBeTrueAsync(() => watching.Updates.Count == 2);
        await left.WatchTourAsync("other"); // a round trip behind anything that might have been written
        left.Updates.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_does_not_ask_for_the_result_gets_the_current_state_as_updates()
    {
        await _node.UpdateAsync("t", 7, 1);
        var client = await _node.ConnectAsync();
        await client.Connection.SendAsync("WatchTour", "t");
        await Eventually.ShouldBeTrueAsync(() => client.Updates.Any(u => u.AvailableSpots == 7));
        await _node.UpdateAsync("t", 6, 2);
        await Eventually.ShouldBeTrueAsync(() => client.Updates.Any(u => u.AvailableSpots == 6));
    }

    [Fact]
    public async Task A_client_that_says_again_and_again_what_it_watches_sees_the_updates_meanwhile()
    {
        var client = await _node.ConnectAsync();
        using var stopping = new CancellationTokenSource();
        var repeating = Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (!stopping.IsCancellationRequested)
            {
                await client.Connection.SendAsync("WatchTour", "t");
                await pace.WaitForNextTickAsync();
            }
        });
        for (var spots = 9; spots > 6; spots--)
        {
            await _node.UpdateAsync("t", spots, 10 - spots);
            await Eventually.ShouldBeTrueAsync(() => client.Updates.LastOrDefault()?.AvailableSpots == spots);
        }
        await stopping.CancelAsync();
        await repeating;
    }

    [Fact]
    public async Task Malformed_arguments_get_a_clear_error()
    {
        var connection = (await _node.ConnectAsync()).Connection;
        async Task<string> ErrorAsync(string method, object? argument) =>
            (await Should.ThrowAsync<HubException>(() => connection.InvokeAsync<object>(method, argument))).Message;

        (await ErrorAsync("Nope", "t")).ShouldContain("There is no method Nope; the hub has WatchTour");
        (await ErrorAsync("WatchTour", "")).ShouldContain("1 to 128 characters");
        (await ErrorAsync("WatchTour", null)).ShouldContain("1 to 128 characters");
        (await ErrorAsync("WatchTour", new string('x', 129))).ShouldContain("this one has 129");
        (await ErrorAsync("WatchTour", 5)).ShouldContain("a tour id is a string");
        (await ErrorAsync("WatchTours", null)).ShouldContain("tourIds is missing");
        (await ErrorAsync("WatchTours", new string[] { "a", null! })).ShouldContain("1 to 128 characters");
        (await ErrorAsync("WatchTours", Enumerable.Range(0, 201).Select(i => $"{i}"))).ShouldContain("at most 200");
        (await ErrorAsync("UnwatchTour", "")).ShouldContain("1 to 128 characters");
        for (var i = 0; i < 5; i++) await connection.InvokeAsync<object>("WatchTours", Enumerable.Range(i * 200, 200).Select(n => $"{n}"));
        (await ErrorAsync("WatchTour", "one more")).ShouldContain("at most 1000 tours");
        await connection.InvokeAsync<object>("WatchTour", "5"); // a watched one may be watched again
    }

    [Fact]
    public async Task A_stream_gives_the_current_state_first_and_ends_when_cancelled()
    {
        await _node.UpdateAsync("t", 9, 1);
        var client = await _node.ConnectAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("t")).Departures.Count == 1);
        await client.Connection.InvokeAsync("UnwatchTour", "t");

        using var cancel = new CancellationTokenSource();
        var items = new List<AvailabilityUpdate>();
        await foreach (var item in client.Connection.StreamAsync<AvailabilityUpdate>("StreamAvailability", new[] { "t", "u" }, cancel.Token))
        {
            items.Add(item);
            if (items.Count == 1) await _node.UpdateAsync("u", 3, 1);
            if (items.Count == 2) await _node.UpdateAsync("t", 8, 2);
            if (items.Count == 3) break;
        }
        items.Select(i => (i.TourId, i.AvailableSpots)).ShouldBe([("t", 9), ("u", 3), ("t", 8)]);
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("u")).Viewers == 1);
        client.Updates.ShouldBeEmpty();
        (await Should.ThrowAsync<HubException>(async () =>
        {
            await foreach (var _ in client.Connection.StreamAsync<AvailabilityUpdate>("StreamAvailability", new[] { "" }))
            {
            }
        })).Message.ShouldContain("1 to 128 characters");
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Events_of_a_user_reach_that_user_alone_and_once(HttpTransportType way)
    {
        var (anna, bert, nobody) =
            (await _node.ConnectAsync("anna", way), await _node.ConnectAsync("bert", way), await _node.ConnectAsync(transport: way));
        // in the address: browsers send no header with a socket
        using var annasBrowser = await HubSocket.OpenAsync(_node.Address, _node.Token("anna"));
        await annasBrowser.CallAsync("1", "WatchTour", """["t"]""");
        await annasBrowser.ReadUntilAsync("\"result\"");
        var earned = new LoyaltyPointsEarned("anna", "acc", 10, 110, "gold", "b1", "t", "Tour", States.Noon);
        await _node.PublishAsync(EventTypes.LoyaltyPointsEarned, earned, "evt_1");
        await _node.PublishAsync(EventTypes.LoyaltyPointsEarned, earned, "evt_1");
        await _node.PublishAsync(EventTypes.BookingConfirmed, new BookingPlaced("b1", "t", "anna", States.Departure, 2, 80, "EUR"));
        await _node.PublishAsync(EventTypes.BookingCanceled, new BookingCancelled(
            "b2", "t", "bert", States.Departure, 2, 80, "EUR", States.Noon, "ill", 80, "pending", 9, 0));
        await Eventually.ShouldBeTrueAsync(() => anna.Others.Count >= 1 && anna.Bookings.Count == 1 && bert.Bookings.Count == 1);
        anna.Others.Single().Method.ShouldBe("LoyaltyPointsEarned");
        anna.Others.Single().Data.GetProperty("totalPoints").GetInt32().ShouldBe(110);
        anna.Bookings.Single().ShouldBe(new BookingUpdate("b1", "t", "confirmed"));
        bert.Bookings.Single().ShouldBe(new BookingUpdate("b2", "t", "cancelled"));
        (bert.Others.Count + nobody.Others.Count + nobody.Bookings.Count).ShouldBe(0);
        (await annasBrowser.ReadUntilAsync("\"bookingId\":\"b1\"")).ShouldNotContain("\"b2\"");
    }

    [Fact]
    public async Task Alerts_and_tour_details_reach_the_watchers()
    {
        var (watcher, other) = (await _node.ConnectAsync(), await _node.ConnectAsync());
        await watcher.WatchTourAsync("t");
        await other.WatchTourAsync("u");
        await _node.PublishAsync(EventTypes.AvailabilityLow, new TourAvailabilityLow("t", 2, AlertLevels.Critical, States.Departure, 5));
        await _node.PublishAsync(EventTypes.TourSpotsAvailable, new TourSpotsAvailable("t", 2, ["anna"], States.Departure, 6));
        await _node.PublishAsync(EventTypes.TourUpdated, new TourChanged("t", "Harbour", "Lisbon", "walk", 2, 30, "EUR"));
        await Eventually.ShouldBeTrueAsync(() => watcher.Alerts.Count == 2 && watcher.Others.Count == 1 && watcher.Updates.Count == 1);
        watcher.Alerts.Select(a => a.Kind).Order().ShouldBe(["low", "spots_available"]);
        watcher.Updates.Single().Version.ShouldBe(5);
        watcher.Others.Single().Data.GetProperty("name").GetString().ShouldBe("Harbour");
        (other.Alerts.Count + other.Others.Count + other.Updates.Count).ShouldBe(0);
    }

    [Fact]
    public async Task What_the_hub_does_is_counted()
    {
        var client = await _node.ConnectAsync();
        await client.WatchTourAsync("t");
        await _node.UpdateAsync("t", 5, 1);
        await Eventually.ShouldBeTrueAsync(() => !client.Updates.IsEmpty);
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(_node.Address + "/metrics");
        foreach (var name in new[] { "hub_connections", "hub_watches", "hub_deliveries", "hub_event_to_socket" }) metrics.ShouldContain(name);
        (await http.GetAsync(_node.Address + "/health/ready")).IsSuccessStatusCode.ShouldBeTrue();
    }
}
