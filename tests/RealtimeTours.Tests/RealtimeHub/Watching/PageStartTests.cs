using System.Text.Json;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.RealtimeHub.Admission;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>What a page may do at once when it opens, with the stock JavaScript client and its automatic reconnect.</summary>
public sealed class PageStartTests : IAsyncLifetime
{
    private HubNode _node = null!;

    public async Task InitializeAsync() => _node = await HubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    public static TheoryData<string, string, int, bool> Pages
    {
        get
        {
            var pages = new TheoryData<string, string, int, bool>();
            foreach (var transport in (string[])["WebSockets", "ServerSentEvents", "LongPolling"])
            {
                pages.Add(transport, "t", 300, true); // 300 calls of one tour each
                pages.Add(transport, new string('寺', 57), 200, false); // a list of 200 ids of 60 characters, 34 KB
            }
            pages.Add("WebSockets", "t", 1_000, true); // all that a connection may watch
            return pages;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_that_watches_all_it_may_stays_connected_and_sees_counts(string transport, string prefix, int count, bool each)
    {
        var tours = Enumerable.Range(0, count).Select(number => $"{prefix}{number:000}").ToArray();
        await using var page =
            await JavaScriptWatcher.StartAsync($"{_node.Address}/hubs/availability", tours, transport: transport, each: each);
        page.Received("snapshots").Single().EnumerateArray().Select(snapshot => snapshot.GetProperty("tourId").GetString()).ShouldBe(tours);

        await _node.UpdateAsync(tours[0], 5, 1);
        await _node.UpdateAsync(tours[^1], 6, 1);

        await Eventually.ShouldBeTrueAsync(() => page.Seats(tours[0], States.Departure) == 5 && page.Seats(tours[^1], States.Departure) == 6);
        (page.Received("reconnecting").Count + page.Received("closed").Count).ShouldBe(0);
    }

    [Fact]
    public async Task The_longest_list_of_the_longest_ids_is_taken_however_a_client_writes_them()
    {
        using var socket = await HubSocket.OpenAsync(_node.Address);
        for (var call = 0; call < 5; call++)
        {
            var ids = Enumerable.Range(call * 200, 200).Select(number => $"{number:000}".PadLeft(128, '寺'));
            await socket.CallAsync($"{call}", "WatchTours", JsonSerializer.Serialize(new[] { ids })); // writes \u5BFA
        }
        (await socket.ReadUntilAsync("\"invocationId\":\"4\",\"result\":")).ShouldNotContain("error");
    }

    [Fact]
    public async Task A_page_that_calls_faster_than_it_may_gets_errors_for_those_calls_alone()
    {
        await using var node =
            await HubNode.StartAsync(configuration: [("RealtimeHub:TourIdBurst", "200"), ("RealtimeHub:MaxTourIdsPerSecond", "1")]);
        var client = await node.ConnectAsync();
        var calls = Enumerable.Range(0, 300).Select(number => client.WatchTourAsync($"t{number:000}")).ToArray();
        await Task.WhenAny(Task.WhenAll(calls));

        calls.Count(call => call.IsCompletedSuccessfully).ShouldBeInRange(200, 299);
        calls.Where(call => call.IsFaulted).ShouldAllBe(call => call.Exception!.InnerException!.Message.Contains("1 tours a second"));
        await node.UpdateAsync("t000", 5, 1);
        await Eventually.ShouldBeTrueAsync(() => client.Updates.Any(update => update.AvailableSpots == 5));
    }

    [Fact]
    public async Task A_client_that_floods_the_hub_is_cut_and_the_stock_client_does_not_come_back()
    {
        await using var node = await HubNode.StartAsync(configuration: ("RealtimeHub:MessageBurst", "250"));
        await using var page = await JavaScriptWatcher.StartAsync(
            $"{node.Address}/hubs/availability", ["t"], line: null, transport: "WebSockets");
        await page.SayAsync("flood");
        await Eventually.ShouldBeTrueAsync(() => page.Received("closed").Count == 1);

        page.Received("closed").Single().GetString()!.ShouldContain("messages a second");
        page.Received("reconnecting").ShouldBeEmpty();
        await Eventually.ShouldBeTrueAsync(() => node.Connections == 0);
    }
}
