using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.Tests.Clients;
using StackExchange.Redis;

namespace RealtimeTours.Tests.RealtimeHub;

/// <summary>Two hub nodes over real RabbitMQ, Redis and PostgreSQL.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    private HubNode _one = null!;
    private HubNode _two = null!;

    public async Task InitializeAsync()
    {
        var settings = await HubNode.DistributedAsync();
        (_one, _two) = (await HubNode.StartAsync(settings), await HubNode.StartAsync(settings));
        var channel = _one.Get<RedisKeys>().WatcherChannel;
        await Eventually.ShouldBeTrueAsync(async () =>
            ((RedisResult[])(await (await _one.Get<RedisConnection>().DatabaseAsync()).ExecuteAsync("PUBSUB", "NUMSUB", channel))!)[
                1].ToString() == "2");
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Everything_reaches_the_watchers_of_both_nodes_and_users_wherever_they_are()
    {
        var (here, there) = (await _one.ConnectAsync("anna"), await _two.ConnectAsync("bert"));
        foreach (var client in new[] { here, there }) await client.WatchTourAsync("t");

        await _one.UpdateAsync("t", 9, 1);
        await _one.UpdateAsync("t", 2, 2);
        await _one.PublishAsync(EventTypes.AvailabilityLow, new TourAvailabilityLow("t", 2, AlertLevels.Critical, States.Departure, 2));
        await _one.PublishAsync(EventTypes.TourUpdated, new TourChanged("t", "Harbour", "Lisbon", "walk", 2, 30, "EUR"));
        await _one.PublishAsync(EventTypes.LoyaltyTierUpgraded, new LoyaltyTierUpgraded("anna", "silver", "gold", 900, States.Noon));
        await _one.PublishAsync(EventTypes.BookingCreated, new BookingPlaced("b", "t", "bert", States.Departure, 1, 30, "EUR"));

        await Eventually.ShouldBeTrueAsync(() => new[] { here, there }.All(c =>
            c.Updates.LastOrDefault()?.AvailableSpots == 2 && c.Alerts.Count == 1 && c.Others.Any(o => o.Method == "TourUpdated")));
        await Eventually.ShouldBeTrueAsync(() => here.Others.Any(o => o.Method == "LoyaltyTierUpgraded") && there.Bookings.Count == 1);
        there.Bookings.Single().ShouldBe(new BookingUpdate("b", "t", "pending"));
        (there.Others.Count, here.Others.Count, here.Bookings.Count, here.Alerts.Count, there.Alerts.Count).ShouldBe((1, 2, 0, 1, 1));
    }

    [Fact]
    public async Task A_booking_that_is_confirmed_is_not_called_pending_afterwards()
    {
        var client = await _two.ConnectAsync("anna");
        BookingPlaced Booking(string id) => new(id, "t", "anna", States.Departure, 1, 30, "EUR");
        await _one.PublishAsync(EventTypes.BookingConfirmed, Booking("b"), timestamp: States.Noon);
        await Eventually.ShouldBeTrueAsync(() => client.Bookings.Count == 1);
        await _one.PublishAsync(EventTypes.BookingCreated, Booking("b"), timestamp: States.Noon);
        await _one.PublishAsync(EventTypes.BookingCreated, Booking("another"), timestamp: States.Noon);

        await Eventually.ShouldBeTrueAsync(() => client.Bookings.Any(update => update.BookingId == "another"));
        // The consumers of both nodes have had time to handle the first once a third booking has come after it.
        await _one.PublishAsync(
            EventTypes.BookingCompleted, new BookingCompleted("b", "t", "anna", States.Noon), timestamp: States.Noon.AddSeconds(1));
        await Eventually.ShouldBeTrueAsync(() => client.Bookings.Any(update => update.Status == "completed"));
        client.Bookings.Where(update => update.BookingId == "b").Select(update => update.Status).ShouldBe(["confirmed", "completed"]);
    }

    [Fact]
    public async Task Who_did_not_come_is_told_so_once_and_who_came_by_the_booking_alone()
    {
        var client = await _two.ConnectAsync("anna");
        TourCompleted Tour(string id, string attendance) => new(
            "t", "Harbour", id, "anna", States.Departure, States.Noon, 1, 30, "EUR", "walk", 2, attendance, Attendance.ByGuide);
        await _one.PublishAsync(EventTypes.TourCompleted, Tour("came", Attendance.Confirmed), timestamp: States.Noon);
        await _one.PublishAsync(EventTypes.TourCompleted, Tour("missed", Attendance.NoShow), timestamp: States.Noon);
        await _one.PublishAsync(EventTypes.BookingCompleted, new BookingCompleted("came", "t", "anna", States.Noon), timestamp: States.Noon);

        await Eventually.ShouldBeTrueAsync(() => client.Bookings.Count == 2);
        client.Bookings.ShouldBe([new BookingUpdate("missed", "t", "no_show"), new BookingUpdate("came", "t", "completed")], ignoreOrder: true);
    }

    [Fact]
    public async Task What_the_fast_path_lost_arrives_from_the_board()
    {
        var (here, there) = (await _one.ConnectAsync(), await _two.ConnectAsync());
        foreach (var client in new[] { here, there }) await client.WatchTourAsync("t");
        // As if the live queues had dropped it: only the shared board knows, neither the broker nor the database.
        await _one.Get<IAvailabilityBoard>().ApplyAsync([States.State("t", 3, 5)]);
        await Eventually.ShouldBeTrueAsync(() => new[] { here, there }.All(c => c.Updates.LastOrDefault()?.AvailableSpots == 3));
    }

    [Fact]
    public async Task Of_many_events_in_one_second_the_last_published_stays()
    {
        var clients = new[] { await _one.ConnectAsync(), await _two.ConnectAsync() };
        var board = _one.Get<IAvailabilityBoard>();
        for (var round = 0; round < 20; round++)
        {
            var tour = $"t{round}";
            foreach (var client in clients) await client.WatchTourAsync(tour);
            for (var spots = 9; spots >= 3; spots--) await _one.UpdateAsync(tour, spots, timestamp: States.Noon);
        }
        // The durable path is done when the last event of its queue is on the board; then every tour must show its last.
        await Eventually.ShouldBeTrueAsync(async () =>
            (await board.ReadAsync([.. Enumerable.Range(0, 20).Select(round => $"t{round}")]))
                .Count(tour => tour.Value.Single().AvailableSpots == 3) == 20);
        await Eventually.ShouldBeTrueAsync(() => clients.All(client =>
            client.Updates.GroupBy(update => update.TourId).Count(tour => tour.Last().AvailableSpots == 3) == 20));
    }

    [Fact]
    public async Task A_node_that_starts_later_knows_what_the_others_know()
    {
        await _one.UpdateAsync("t", 4, 8);
        await Eventually.ShouldBeTrueAsync(async () => (await _one.Get<IAvailabilityBoard>().ReadAsync(["t"])).Count == 1);
        await _two.DisposeAsync();
        _two = await HubNode.StartAsync(_one.Get<PlatformSettings>());
        var client = await _two.ConnectAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await client.WatchTourAsync("t")).Departures.SingleOrDefault()?.Version == 8);
    }

    [Fact]
    public async Task Viewers_of_both_nodes_are_summed()
    {
        var (here, there) = (await _one.ConnectAsync(), await _two.ConnectAsync());
        await here.WatchTourAsync("t");
        await there.WatchTourAsync("t");
        await Eventually.ShouldBeTrueAsync(() => Told(here) == 2 && Told(there) == 2);
        await there.Connection.StopAsync();
        await Eventually.ShouldBeTrueAsync(() => Told(here) == 1);
        static int? Told(HubClient client) => client.Viewers.LastOrDefault()?.Viewers;
    }
}
