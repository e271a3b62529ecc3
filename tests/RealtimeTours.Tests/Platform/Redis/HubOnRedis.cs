using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Nodes;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.RealtimeHub;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>Two hub nodes that share a Redis, however it is set up, and one watcher on each.</summary>
internal sealed class HubOnRedis : IAsyncDisposable
{
    private readonly HubNode _one;
    private readonly HubNode _two;
    private readonly HubClient _here;
    private readonly HubClient _there;

    private HubOnRedis(HubNode one, HubNode two, HubClient here, HubClient there) => (_one, _two, _here, _there) = (one, two, here, there);

    public static async Task<HubOnRedis> StartAsync(string redisUrl)
    {
        var settings = await HubNode.DistributedAsync() with { RedisUrl = redisUrl };
        var (one, two) = (await StartAsync(settings), await StartAsync(settings));
        return new HubOnRedis(one, two, await one.ConnectAsync("anna"), await two.ConnectAsync("bert"));
    }

    // On a port that is known before it listens, by which the nodes' figures are told apart.
    private static Task<HubNode> StartAsync(PlatformSettings settings) =>
        HubNode.StartAsync(settings, ("urls", $"http://127.0.0.1:{ServerProcess.FreePort()}"));

    /// <summary>
    /// Everything that nodes share through Redis works for a tour that is new to them: viewers, board, alerts, messages to users, and the nodes'
    /// figures.
    /// </summary>
    public async Task ShouldShareAsync(string tour)
    {
        foreach (var client in new[] { _here, _there }) await client.WatchTourAsync(tour);
        await Eventually.ShouldBeTrueAsync(() => Both(client => client.Viewers.LastOrDefault(told => told.TourId == tour)?.Viewers == 2));
        await Eventually.ShouldBeTrueAsync(async () => (await ReadinessAsync(_one)).Ready && (await ReadinessAsync(_two)).Ready);

        await _one.UpdateAsync(tour, 9, 1);
        await Eventually.ShouldBeTrueAsync(() => Both(client => client.Updates.Any(update => update.TourId == tour && update.AvailableSpots == 9)));
        await Eventually.ShouldBeTrueAsync(async () => (await _two.Get<IAvailabilityBoard>().ReadAsync([tour]))[tour].Single().AvailableSpots == 9);

        await _one.PublishAsync(EventTypes.AvailabilityLow, new TourAvailabilityLow(tour, 2, AlertLevels.Critical, States.Departure, 2));
        await _one.PublishAsync(EventTypes.BookingCreated, new BookingPlaced($"of-anna-{tour}", tour, "anna", States.Departure, 1, 30, "EUR"));
        await _one.PublishAsync(EventTypes.BookingCreated, new BookingPlaced($"of-bert-{tour}", tour, "bert", States.Departure, 1, 30, "EUR"));
        await Eventually.ShouldBeTrueAsync(() => Both(client => client.Alerts.Any(alert => alert.TourId == tour)));
        await Eventually.ShouldBeTrueAsync(() => Told(_here, $"of-anna-{tour}") && Told(_there, $"of-bert-{tour}"));
        await Eventually.ShouldBeTrueAsync(async () => (await _two.Get<INodeStatus>().AllAsync(default)).Count == 2);

        bool Both(Func<HubClient, bool> condition) => condition(_here) && condition(_there);
        bool Told(HubClient client, string bookingId) => client.Bookings.Any(booking => booking.BookingId == bookingId);
    }

    /// <summary>Status and text of <c>/health/ready</c> of one node.</summary>
    public Task<(bool Ready, string Body)> ReadinessAsync() => ReadinessAsync(_one);

    private static async Task<(bool Ready, string Body)> ReadinessAsync(HubNode node)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync($"{node.Address}/health/ready");
        return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }
}
