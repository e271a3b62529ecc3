using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Connections.Client;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>Two hub nodes as processes on real servers, restarted one after the other while everybody watches.</summary>
[Collection(nameof(Alone))]
public partial class RollingRestartTests(ITestOutputHelper output)
{
    private const int Watchers = 1_000;
    private const int Tours = 20;

    [Fact]
    public async Task Two_nodes_restart_under_1000_watchers_and_all_are_back_with_the_last_state()
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        var settings = new Dictionary<string, string>(servers.ToEnvironment())
        {
            ["RealtimeHub__DrainDelay"] = "00:00:00.500", ["RealtimeHub__DrainPeriod"] = "00:00:02", ["RealtimeHub__MaxConnectionsPerAddress"] = "0",
        };
        await using var one = new HostProcess("RealtimeHub", settings);
        await using var two = new HostProcess("RealtimeHub", settings);
        await Task.WhenAll(one.StartAsync(), two.StartAsync());
        await using var publisher = await ForeignPublisher.ConnectAsync(servers.RabbitMq, servers.Exchange);
        using var publishing = new CancellationTokenSource();
        var published = new int[Tours];
        var events = Task.Run(() => PublishAsync(publisher, published, publishing.Token));
        var watchers = new WatcherView[Watchers];
        await Parallel.ForAsync(0, Watchers, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
            watchers[n] =
                await WatcherView.DotNetAsync(one.Address, [TourOf(n)], options: http => BalanceLoad(http, [one.Port, two.Port], first: n)));

        foreach (var node in new[] { one, two })
        {
            var clock = Stopwatch.StartNew();
            (await node.StopAsync()).ShouldBe(0);
            output.WriteLine($"stopped in {clock.Elapsed.TotalSeconds:0.0} s");
            await Eventually.ShouldBeTrueAsync(() => watchers.All(watcher => watcher.Watching), TimeSpan.FromMinutes(2));
            await node.StartAsync();
        }

        await publishing.CancelAsync();
        await events;
        await Eventually.ShouldBeTrueAsync(
            () => watchers.Select((watcher, n) => watcher.Watching && watcher.Seats(TourOf(n)) == published[n / 2 % Tours]).All(right => right));
        output.WriteLine($"{published.Sum()} events, {watchers.Sum(w => w.Reconnects)} reconnects, {watchers.Sum(w => w.Cuts)} cut");
        watchers.SelectMany(watcher => watcher.Breaches).ShouldBeEmpty();
        watchers.Sum(watcher => watcher.Reconnects).ShouldBeGreaterThan(Watchers, "all of the second node, half of them for the second time");
        // A node says how many had not gone five seconds after it had asked them: none, but where the machine stalls.
        var late = new[] { one, two }.Sum(node => SaidToBeCut().Matches(node.Log).Sum(match => int.Parse(match.Groups[1].Value)));
        watchers.Sum(watcher => watcher.Cuts).ShouldBeLessThanOrEqualTo(Math.Min(late, Watchers / 50), "each was asked before its connection ended");
        await Task.WhenAll(watchers.Select(watcher => watcher.DisposeAsync().AsTask()));
    }

    [GeneratedRegex(@"Drained in .*; (\d+) connections are cut")]
    private static partial Regex SaidToBeCut();

    // Two neighbours, who begin on different nodes, watch the same.
    private static string TourOf(int watcher) => $"tour-{watcher / 2 % Tours}";

    /// <summary>
    /// What a load balancer would do for it: each attempt goes to the next node. Without a negotiate request, which would have to reach the same node
    /// as its socket.
    /// </summary>
    private static void BalanceLoad(HttpConnectionOptions http, int[] ports, int first)
    {
        var next = first;
        http.SkipNegotiation = true;
        http.WebSocketFactory = async (context, cancellationToken) =>
        {
            var socket = new ClientWebSocket();
            await socket.ConnectAsync(new UriBuilder(context.Uri) { Port = ports[next++ % ports.Length] }.Uri, cancellationToken);
            return socket;
        };
    }

    private static async Task PublishAsync(ForeignPublisher publisher, int[] published, CancellationToken until)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var number = 1; !until.IsCancellationRequested; number++)
        {
            var tour = number % Tours;
            await publisher.PublishEventAsync(
                EventTypes.AvailabilityUpdated, new { tourId = $"tour-{tour}", availableSpots = published[tour] + 1, version = published[tour] + 1 });
            published[tour]++;
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
