using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using RealtimeTours.RealtimeHub.Transport;
using RealtimeTours.RealtimeHub.Watching;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.RealtimeHub.Transport;

/// <summary>What clients see of a WebSocket, whoever writes its frames.</summary>
public abstract class HubTransportSpecs(string transport) : IAsyncLifetime
{
    private const string Goodbye = "\u0003\u00e8"; // 1000: normal closure

    private HubNode _node = null!;

    public async Task InitializeAsync() => _node = await HubNode.StartAsync(
        null, ("RealtimeHub:Transport", transport), ("RealtimeHub:SlowConsumerTimeout", "00:00:02"), ("RealtimeHub:FlushInterval", "00:00:00.001"));

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task The_transport_is_the_one_that_is_set()
    {
        var client = await _node.ConnectAsync();
        await client.WatchTourAsync("t1");
        WritesDirectly(_node.Get<Subscribers>().All.Single()).ShouldBe(transport == "direct");
    }

    [Theory]
    [InlineData("WebSockets")]
    [InlineData("ServerSentEvents")]
    [InlineData("LongPolling")]
    public async Task The_official_JavaScript_client_watches_over(string way)
    {
        await using var watcher = await JavaScriptWatcher.StartAsync($"{_node.Address}/hubs/availability", ["t1"], transport: way);
        await _node.UpdateAsync("t1", 7, version: 1);
        await Eventually.ShouldBeTrueAsync(() => watcher.Seats("t1", States.Departure) == 7);
        await _node.UpdateAsync("t1", 6, version: 2);
        await Eventually.ShouldBeTrueAsync(() => watcher.Seats("t1", States.Departure) == 6);
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task The_official_dotnet_client_misses_nothing_over(HttpTransportType way)
    {
        const int last = 300;
        var client = await _node.ConnectAsync(transport: way);
        Connection(_node.Get<Subscribers>().All.Single()).Features.Get<IHttpTransportFeature>()!.TransportType.ShouldBe(way);
        var changing = Task.Run(async () =>
        {
            for (var version = 1; version <= last; version++) await _node.UpdateAsync("t1", version, version);
        });
        // It begins to watch while the figure changes: what the snapshot does not have must come after it.
        var snapshot = await client.WatchTourAsync("t1");
        await changing;
        await Eventually.ShouldBeTrueAsync(
            () => (client.Updates.LastOrDefault() ?? snapshot.Departures.Single()) is { AvailableSpots: last, Version: last });
        var versions = client.Updates.Select(update => update.Version).ToArray();
        versions.ShouldBe(versions.Distinct().Order());
    }

    [Fact]
    public async Task Messages_may_come_in_fragments_with_pings_between()
    {
        using var client = await WireClient.ConnectAsync(_node.Address);
        await client.SendFrameAsync(WireClient.Text, """{"type":1,"invocationId":"a",""", final: false);
        await client.SendFrameAsync(WireClient.Ping, "are you there?");
        (await client.ReadUntilAsync(WireClient.Pong)).ShouldBe("are you there?");
        await client.SendFrameAsync(WireClient.Continuation, """ "target":"WatchTour",""", final: false);
        await client.SendFrameAsync(WireClient.Continuation, "\"arguments\":[\"t1\"]}\u001e");
        (await client.ReadUntilAsync(WireClient.Text, "\"invocationId\":\"a\"")).ShouldContain("\"tourId\":\"t1\"");
    }

    [Fact]
    public async Task Pongs_updates_and_answers_share_the_wire_without_mixing()
    {
        using var client = await WireClient.ConnectAsync(_node.Address);
        await client.InvokeAsync("0", "WatchTour", "t1");
        await client.ReadUntilAsync(WireClient.Text, "\"invocationId\":\"0\"");
        const int rounds = 150;
        var updating = Task.Run(async () =>
        {
            for (var version = 1; version <= rounds; version++) await _node.UpdateAsync("t1", version, version);
        });
        for (var i = 1; i <= rounds; i++)
        {
            await client.SendFrameAsync(WireClient.Ping, $"ping {i}");
            if (i % 10 == 0) await client.InvokeAsync($"{i}", "WatchTour", "t1");
        }
        await updating;
        var (pongs, answers, version) = (0, 0, 0L);
        while (pongs < rounds || answers < rounds / 10 || version < rounds)
        {
            var (opcode, payload) = (await client.ReadFrameAsync()).ShouldNotBeNull();
            if (opcode == WireClient.Pong) payload.ShouldBe($"ping {++pongs}");
            else
            {
                foreach (var message in payload.Split('\u001e', StringSplitOptions.RemoveEmptyEntries)
                    .Select(text => JsonDocument.Parse(text).RootElement))
                {
                    if (message.GetProperty("type").GetInt32() == 3) answers++;
                    foreach (var shown in Versions(message))
                    {
                        shown.ShouldBeGreaterThanOrEqualTo(version);
                        version = shown;
                    }
                }
            }
        }
    }

    [Fact]
    public async Task A_client_that_closes_gets_its_close_back_and_is_forgotten()
    {
        using var client = await WireClient.ConnectAsync(_node.Address);
        await client.InvokeAsync("0", "WatchTour", "t1");
        await client.SendFrameAsync(WireClient.Close, Goodbye);
        (await client.ReadToEndAsync()).ShouldContain(frame => frame.Opcode == WireClient.Close);
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 0);
    }

    [Fact]
    public async Task A_hub_that_closes_says_why_then_sends_a_close_frame_then_ends()
    {
        using var client = await WireClient.ConnectAsync(_node.Address, hello: false);
        await client.SendTextAsync("""{"protocol":"smoke signals","version":1}""");
        var frames = await client.ReadToEndAsync();
        frames.Select(frame => frame.Opcode).ShouldBe([WireClient.Text, WireClient.Close]);
        frames[0].Payload.ShouldContain("smoke signals");
    }

    [Theory]
    [InlineData("reserved bit")]
    [InlineData("unknown opcode")]
    [InlineData("continues nothing")]
    [InlineData("long ping")]
    [InlineData("fragmented ping")]
    public async Task Frames_against_the_rules_end_that_connection_alone(string offence)
    {
        var bystander = await _node.ConnectAsync();
        await bystander.WatchTourAsync("t1");
        using var client = await WireClient.ConnectAsync(_node.Address);
        await (offence switch
        {
            "reserved bit" => client.SendFrameAsync(WireClient.Text, "{}", reserved: 0x40),
            "unknown opcode" => client.SendFrameAsync(3, "{}"),
            "continues nothing" => client.SendFrameAsync(WireClient.Continuation, "{}"),
            "long ping" => client.SendFrameAsync(WireClient.Ping, new string('x', 126)),
            _ => client.SendFrameAsync(WireClient.Ping, "x", final: false),
        });
        await client.ReadToEndAsync();
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 1);
        await _node.UpdateAsync("t1", 3, version: 1);
        await Eventually.ShouldBeTrueAsync(() => bystander.Updates.Any(update => update.AvailableSpots == 3));
    }

    [Fact]
    public async Task A_message_without_end_is_refused()
    {
        using var client = await WireClient.ConnectAsync(_node.Address);
        for (var part = 0; part < 4; part++)
            await client.SendFrameAsync(part == 0 ? WireClient.Text : WireClient.Continuation, new string('x', 50_000), final: false);
        (await client.ReadToEndAsync()).ShouldContain(frame => frame.Opcode == WireClient.Close);
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 0);
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_updates_leaves_nothing_behind()
    {
        var clients = new List<WireClient>();
        for (var i = 0; i < 20; i++) clients.Add(await WireClient.ConnectAsync(_node.Address));
        foreach (var client in clients) await client.InvokeAsync("0", "WatchTour", "t1");
        for (var version = 1; version <= 40; version++)
        {
            await _node.UpdateAsync("t1", version, version);
            if (version % 2 == 0) clients[(version / 2) - 1].Reset();
        }
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 0);
    }

    [Fact]
    public async Task A_reader_that_stalls_is_closed_and_the_others_notice_nothing()
    {
        var bystander = await _node.ConnectAsync();
        await bystander.WatchTourAsync("t1");
        for (var day = 0; day < 500; day++)
            _node.Get<RealtimeTours.RealtimeHub.Board.BoardCopy>().Apply(States.State("large", 5, version: 1, date: States.Departure.AddDays(day)));
        using var stalled = await WireClient.ConnectAsync(_node.Address, receiveBuffer: 4096);
        for (var i = 0; i < 100; i++) await stalled.InvokeAsync($"{i}", "WatchTour", "large"); // 100 KB each
        await _node.UpdateAsync("t1", 9, version: 1);
        await Eventually.ShouldBeTrueAsync(() => bystander.Updates.Any(update => update.AvailableSpots == 9));
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 1, Admission.HubSocket.Deadline);
    }

    [Fact]
    public async Task A_thousand_connections_come_and_go_and_leave_nothing_open()
    {
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 0);
        var before = OpenFiles();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using var client = await WireClient.ConnectAsync(_node.Address);
            await client.InvokeAsync("0", "WatchTour", "t1");
            await client.ReadUntilAsync(WireClient.Text, "\"invocationId\":\"0\"");
            if (i % 3 == 0) await client.SendFrameAsync(WireClient.Close, Goodbye);
            else if (i % 3 == 1) client.Reset();
        });
        await Eventually.ShouldBeTrueAsync(() => _node.Connections == 0);
        await Eventually.ShouldBeTrueAsync(() => OpenFiles() < before + 100); // other tests run beside this one
    }

    private static int OpenFiles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static IEnumerable<long> Versions(JsonElement message) => message.GetProperty("type").GetInt32() switch
    {
        1 when message.GetProperty("target").GetString() == "AvailabilityUpdated" =>
            [message.GetProperty("arguments")[0].GetProperty("version").GetInt64()],
        3 => message.GetProperty("result").GetProperty("departures").EnumerateArray().Select(update => update.GetProperty("version").GetInt64()),
        _ => [],
    };

    private static bool WritesDirectly(Subscriber subscriber) =>
        Connection(subscriber).GetHttpContext()!.Features.Get<IHttpUpgradeFeature>() is DirectUpgrade;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_connection")]
    private static extern ref HubConnectionContext Connection(Subscriber subscriber);
}

public sealed class DirectTransportTests() : HubTransportSpecs("direct");

public sealed class StockTransportTests() : HubTransportSpecs("stock");
