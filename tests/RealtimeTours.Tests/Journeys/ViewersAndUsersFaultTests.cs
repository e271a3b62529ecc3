using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.Clients;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Viewer counts over two nodes, and what is sent to one user, while parts are away.</summary>
[Collection(TimedTests.Name)]
public sealed class ViewersAndUsersFaultTests(FaultySystem system, ITestOutputHelper output) : IAsyncLifetime
{
    public Task InitializeAsync() => system.QuietAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Viewers_are_told_at_most_once_a_second_are_right_soon_and_lose_those_of_a_dead_node()
    {
        var tour = $"viewed-{Guid.NewGuid():N}";
        await using var watcher = await HubClient.ConnectAsync(system.Hubs[1].Address);
        var told = new ConcurrentQueue<int>();
        watcher.Connection.On<ViewersChanged>(nameof(IAvailabilityClient.ViewersChanged), change => told.Enqueue(change.Viewers));
        var churning = Stopwatch.StartNew();
        await watcher.WatchTourAsync(tour);
        var others = new List<HubClient>();
        var random = new Random(system.Seed);
        while (churning.Elapsed < TimeSpan.FromSeconds(4))
        {
            if (others.Count > 0 && random.Next(3) == 0)
            {
                await others[0].DisposeAsync();
                others.RemoveAt(0);
            }
            else
            {
                others.Add(await HubClient.ConnectAsync(system.Hubs[random.Next(2)].Address));
                await others[^1].WatchTourAsync(tour);
            }
            await Task.Delay(random.Next(100)); // the pace of the coming and going
        }
        var quiet = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => told.LastOrDefault() == 1 + others.Count, FaultySystem.Deadline);
        var right = quiet.Elapsed;
        output.WriteLine($"viewers right {right.TotalMilliseconds:0} ms after quiet (promised: {FaultySystem.Soon.TotalMilliseconds:0} ms), "
            + $"told {told.Count} times in {churning.Elapsed.TotalSeconds:0.0} s (seed {system.Seed})");
        // Over the whole span: between two of them the machine may have held up the first alone.
        told.Count.ShouldBeLessThanOrEqualTo((int)churning.Elapsed.TotalSeconds + 2);

        for (var i = 0; i < 3; i++)
        {
            others.Add(await HubClient.ConnectAsync(system.Hubs[0].Address));
            await others[^1].WatchTourAsync(tour);
        }
        await Eventually.ShouldBeTrueAsync(() => told.LastOrDefault() == 1 + others.Count, FaultySystem.Deadline);
        await system.Hubs[0].KillAsync();
        var killed = Stopwatch.StartNew();
        foreach (var other in others) await other.DisposeAsync();
        await Eventually.ShouldBeTrueAsync(() => told.Last() == 1, FaultySystem.Deadline);
        var recovered = killed.Elapsed;
        system.Report("viewers: a hub node killed with kill -9", recovered);
        output.WriteLine($"viewers right {recovered.TotalSeconds:0.0} s after a node was killed (promised: {FaultySystem.Healed.TotalSeconds:0} s)");
        await system.Hubs[0].StartAsync();
        system.Fronts[0].Cut();
    }

    [Fact]
    public async Task What_is_for_a_user_while_Redis_is_away_arrives_once_when_it_is_back_on_both_nodes_and_to_nobody_else()
    {
        await using var users = await Users.ConnectAsync(system);
        await system.Redis.KillAsync();
        await users.PublishAsync("away");
        await Task.Delay(TimeSpan.FromSeconds(2)); // the outage
        system.RedisPath.Refuses = true; // the first node finds it a little later than the second
        await system.Redis.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(1)); // by so much
        system.RedisPath.Refuses = false;
        var back = Stopwatch.StartNew();
        await users.AllHaveAsync(1);
        system.Report("loyalty and booking pushes: Redis killed for 2 s", back.Elapsed);
        output.WriteLine($"pushes arrived {back.Elapsed.TotalSeconds:0.0} s after Redis was back");
        await users.PublishAsync("away"); // delivered again: the same event ids
        await users.PublishAsync("after");
        await users.AllHaveAsync(2);
    }

    [Fact]
    public async Task What_a_dying_node_had_taken_for_a_user_arrives_through_the_other_node()
    {
        await using var users = await Users.ConnectAsync(system);
        // The first node takes its share of the events and gets stuck with them, for it cannot ask Redis.
        system.RedisPath.Stall();
        for (var i = 0; i < 8; i++) await users.PublishAsync($"dying-{i}");
        (users.There.Others.Count + users.There.Bookings.Count).ShouldBeLessThan(16, "the first node holds its share");
        await system.Hubs[0].KillAsync();
        system.RedisPath.Cut();
        system.RedisPath.Resume();
        var killed = Stopwatch.StartNew();
        await users.HasAsync(users.There, 8);
        output.WriteLine($"all pushes arrived {killed.Elapsed.TotalSeconds:0.0} s after the node was killed");
        users.Stranger.Others.ShouldBeEmpty();
        await system.Hubs[0].StartAsync();
        system.Fronts[0].Cut();
    }

    /// <summary>One user on both nodes, and a stranger.</summary>
    private sealed class Users(FaultySystem system, string userId, HubClient here, HubClient there, HubClient stranger) : IAsyncDisposable
    {
        // Attempts come after 1, 3, 6, 10, 15 and 45 s; a slow machine may need the last one.
        private static readonly TimeSpan Retried = TimeSpan.FromSeconds(90);

        public HubClient There => there;

        public HubClient Stranger => stranger;

        public static async Task<Users> ConnectAsync(FaultySystem system)
        {
            var (ada, eve) = ($"ada-{Guid.NewGuid():N}", $"eve-{Guid.NewGuid():N}");
            return new Users(system, ada,
                await HubClient.ConnectAsync(system.Hubs[0].Address, system.Token(ada)),
                await HubClient.ConnectAsync(system.Hubs[1].Address, system.Token(ada)),
                await HubClient.ConnectAsync(system.Hubs[1].Address, system.Token(eve)));
        }

        public async Task PublishAsync(string name)
        {
            await system.Storm.PublishAsync(EventTypes.LoyaltyTierUpgraded,
                new { userId, previousTier = "bronze", newTier = "silver", totalPoints = 150, upgradedAt = DateTimeOffset.UtcNow },
                $"evt_{userId}_loyalty_{name}");
            await system.Storm.PublishAsync(EventTypes.BookingCreated,
                new { bookingId = name, tourId = "t", userId, bookingDate = DateTimeOffset.UtcNow, participants = 1, totalPrice = 30,
                    currency = "EUR" },
                $"evt_{userId}_booking_{name}");
        }

        public async Task AllHaveAsync(int events)
        {
            foreach (var client in new[] { here, there }) await HasAsync(client, events);
            stranger.Others.ShouldBeEmpty();
            stranger.Bookings.ShouldBeEmpty();
        }

        public async Task HasAsync(HubClient client, int events)
        {
            await Eventually.ShouldBeTrueAsync(() => client.Others.Count >= events && client.Bookings.Count >= events, Retried);
            client.Bookings.Select(booking => booking.BookingId).Distinct().Count().ShouldBe(events);
            (client.Others.Count, client.Bookings.Count).ShouldBe((events, events), "each once");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var client in new[] { here, there, stranger }) await client.DisposeAsync();
        }
    }
}
