using RealtimeTours.Contracts.Events;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.Journeys;

public sealed class DistributedJourneyTests(DistributedJourneyTests.Fixture fixture)
    : SystemJourneySpecs, IClassFixture<DistributedJourneyTests.Fixture>
{
    protected override RunningSystem System => fixture.System;

    private ServerSettings Servers => System.Servers!;

    [Fact]
    public async Task A_foreign_publishers_plain_messages_reach_the_browsers_on_every_node()
    {
        const string tourId = "somebody-elses-tour";
        var date = new DateTimeOffset(2031, 5, 1, 9, 0, 0, TimeSpan.FromHours(2));
        await using var javaScript = await JavaScriptWatcher.StartAsync(System.Hubs[0], [tourId]);
        await using var dotNet = await HubClient.ConnectAsync(System.Hubs[1]);
        (await dotNet.WatchTourAsync(tourId)).Departures.ShouldBeEmpty();
        await using var publisher = await ForeignPublisher.ConnectAsync(Servers.RabbitMq, Servers.Exchange);
        var now = DateTimeOffset.UtcNow;

        await publisher.PublishEventAsync(EventTypes.AvailabilityUpdated, new { tourId, date, availableSpots = 14, capacity = 20 }, now);
        await Eventually.ShouldBeTrueAsync(() => javaScript.Seats(tourId, date) == 14);
        await publisher.PublishEventAsync(EventTypes.AvailabilityUpdated, new { tourId, date, availableSpots = 3 }, now.AddSeconds(2));
        await publisher.PublishEventAsync(EventTypes.AvailabilityUpdated, new { tourId, date, availableSpots = 19 }, now.AddSeconds(1));
        await publisher.PublishEventAsync(EventTypes.TourSoldOut, new { tourId, soldOutAt = now, availableSpots = 0 }, now);

        await Eventually.ShouldBeTrueAsync(() => javaScript.Seats(tourId, date) == 3 && javaScript.Seats(tourId, null) == 0);
        await Eventually.ShouldBeTrueAsync(() => dotNet.Updates.LastOrDefault(u => u.Date == date) is { AvailableSpots: 3, Capacity: 20 });
        dotNet.Updates.ShouldNotContain(u => u.AvailableSpots == 19, "it was older than what had been shown");
        dotNet.Updates.Last(u => u.Date == date).Version.ShouldBe(now.AddSeconds(2).ToUnixTimeMilliseconds());
        await Eventually.ShouldBeTrueAsync(() => dotNet.Alerts.Any(a => a.TourId == tourId && a.Kind == "sold_out"));
    }

    [Fact]
    public async Task Broken_messages_land_in_the_dead_letters_with_a_reason_and_delay_nobody()
    {
        const string tourId = "among-broken-messages";
        await using var watcher = await HubClient.ConnectAsync(System.Hubs[1]);
        await watcher.WatchTourAsync(tourId);
        await using var publisher = await ForeignPublisher.ConnectAsync(Servers.RabbitMq, Servers.Exchange);
        var broken = new Dictionary<string, string>
        {
            ["JSON"] = "{ not json",
            ["eventId"] = """{"eventType":"tour.availability.updated","timestamp":"2026-02-10T10:30:00Z","data":{"tourId":"t","availableSpots":1}}""",
            ["data"] = """{"eventType":"tour.availability.updated","eventId":"e1","timestamp":"2026-02-10T10:30:00Z"}""",
            ["availableSpots"] = """{"eventType":"tour.availability.updated","eventId":"e2","timestamp":"2026-02-10T10:30:00Z","data":{"tourId":"t","availableSpots":"seven"}}""",
            ["tourId"] = """{"eventType":"tour.availability.updated","eventId":"e3","timestamp":"2026-02-10T10:30:00Z","data":{"availableSpots":7}}""",
            ["2147483647"] = """{"eventType":"tour.availability.updated","eventId":"e4","timestamp":"2026-02-10T10:30:00Z","data":{"tourId":"t","availableSpots":-1}}""",
            ["timestamp"] = """{"eventType":"tour.availability.updated","eventId":"e5","timestamp":"yesterday","data":{"tourId":"t","availableSpots":7}}""",
            ["version"] = """{"eventType":"tour.availability.updated","eventId":"e6","eventVersion":"2.0","timestamp":"2026-02-10T10:30:00Z","data":{"tourId":"t","availableSpots":7}}""",
            ["eventType"] = """{"eventType":"tour.availability.exploded","eventId":"e7","timestamp":"2026-02-10T10:30:00Z","data":{"tourId":"t","availableSpots":7}}""",
            ["bytes"] = """{"eventType":"tour.availability.updated","eventId":"e8","timestamp":"2026-02-10T10:30:00Z","data":{"tourId":"t","availableSpots":7,"pad":" """
                + new string('x', 70_000) + "\"}}",
        };

        foreach (var body in broken.Values) await publisher.PublishAsync(EventTypes.AvailabilityUpdated, body);
        await publisher.PublishEventAsync(EventTypes.AvailabilityUpdated, new { tourId, availableSpots = 9 });

        await Eventually.ShouldBeTrueAsync(() => watcher.Updates.Any(u => u.AvailableSpots == 9));
        var errors = new List<string>();
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            while (await publisher.TakeAsync($"{Servers.Prefix}.realtime-hub.dlq") is { } letter)
            {
                letter.Error.ShouldNotBeNullOrWhiteSpace();
                errors.Add(letter.Error);
            }
            return errors.Count >= broken.Count;
        });
        errors.Count.ShouldBe(broken.Count);
        foreach (var named in broken.Keys)
            errors.ShouldContain(
                error => error.Contains(named, StringComparison.OrdinalIgnoreCase), $"no reason names {named}: {string.Join(" | ", errors)}");
    }

    [Fact]
    public async Task Loyalty_events_reach_their_user_on_every_node_and_nobody_else()
    {
        var userId = $"ada-{Guid.NewGuid():N}";
        using var ada = await new RestClient(System.Web).SignInAsync(userId);
        using var eve = await new RestClient(System.Web).SignInAsync($"eve-{Guid.NewGuid():N}");
        await using var first = await HubClient.ConnectAsync(System.Hubs[0], ada.Token);
        await using var second = await HubClient.ConnectAsync(System.Hubs[1], ada.Token);
        await using var other = await HubClient.ConnectAsync(System.Hubs[1], eve.Token);
        await using var anonymous = await HubClient.ConnectAsync(System.Hubs[0]);
        await using var publisher = await ForeignPublisher.ConnectAsync(Servers.RabbitMq, Servers.Exchange);

        var earned = new { userId, accountId = "acc", pointsEarned = 50, totalPoints = 150, currentTier = "silver", bookingId = "b", tourId = "t",
            tourName = "T", earnedAt = DateTimeOffset.UtcNow };
        await publisher.PublishEventAsync(EventTypes.LoyaltyPointsEarned, earned, eventId: "evt_once_" + userId);
        await publisher.PublishEventAsync(EventTypes.LoyaltyPointsEarned, earned, eventId: "evt_once_" + userId);
        await publisher.PublishEventAsync(EventTypes.LoyaltyTierUpgraded,
            new { userId, previousTier = "bronze", newTier = "silver", totalPoints = 150, upgradedAt = DateTimeOffset.UtcNow });
        await publisher.PublishEventAsync(EventTypes.LoyaltyRewardRedeemed,
            new { userId, rewardId = "r", pointsSpent = 10, totalPoints = 140, redeemedAt = DateTimeOffset.UtcNow });

        foreach (var client in new[] { first, second })
        {
            await Eventually.ShouldBeTrueAsync(() => client.Others.Select(o => o.Method).Distinct().Count() == 3);
            client.Others.Count(o => o.Method == "LoyaltyPointsEarned").ShouldBe(1, "the second message had the same eventId");
            client.Others.First(o => o.Method == "LoyaltyPointsEarned").Data.GetProperty("pointsEarned").GetInt32().ShouldBe(50);
        }
        other.Others.ShouldBeEmpty();
        anonymous.Others.ShouldBeEmpty();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public RunningSystem System { get; private set; } = null!;

        public async Task InitializeAsync() => System = await RunningSystem.StartDistributedAsync(await ServerSettings.OnSharedServersAsync());

        public async Task DisposeAsync() => await System.DisposeAsync();
    }
}
