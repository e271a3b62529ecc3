using System.Net.WebSockets;
using System.Text;
using RealtimeTours.Tests.Fuzzing;
using RealtimeTours.Tests.RealtimeHub.Transport;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>Nearly valid frames: each connection is answered or closed, and an honest one notices nothing. Alone: it waits for deadlines.</summary>
[Collection(nameof(Alone))]
public sealed class HubFrameFuzzTests(ITestOutputHelper output)
{
    private const int BatchSize = 16;
    private const string Handshake = """{"protocol":"json","version":1}""";

    private static readonly string[] Records =
    [
        """{"type":1,"invocationId":"1","target":"WatchTour","arguments":["fuzzed"]}""",
        """{"type":1,"target":"WatchTour","arguments":["fuzzed"]}""",
        """{"type":1,"invocationId":"2","target":"WatchTours","arguments":[["fuzzed","other"]]}""",
        """{"type":1,"invocationId":"3","target":"UnwatchTour","arguments":["fuzzed"]}""",
        """{"type":1,"invocationId":"4","target":"UnwatchTours","arguments":[["fuzzed"]],"headers":{"a":"b"},"streamIds":["1"]}""",
        """{"type":4,"invocationId":"5","target":"StreamAvailability","arguments":[["fuzzed"]]}""",
        """{"type":5,"invocationId":"5"}""",
        """{"type":2,"invocationId":"1","item":{"a":1}}""",
        """{"type":3,"invocationId":"1","result":null}""",
        """{"type":6}""",
        """{"type":7,"error":"bye","allowReconnect":true}""",
        """{"type":8,"sequenceId":1}""",
        """{"type":9,"sequenceId":1}""",
    ];

    [Fact]
    public async Task Each_connection_is_answered_or_closed_and_the_neighbour_keeps_its_own()
    {
        await using var node = await HubNode.StartAsync(configuration: [("RealtimeHub:HandshakeTimeout", "00:00:04")]);
        await using var neighbour = await Bystander.StartAsync(node);
        foreach (var batch in new FuzzRun(output).Cases().Chunk(BatchSize))
        {
            await Task.WhenAll(batch.Select(any => any.OneIn(20) ? SendRubbishAsync(node, any) : SendFramesAsync(node, any)));
            await neighbour.ShouldHaveNoticedNothingAsync();
        }
        await Eventually.ShouldBeTrueAsync(() => HubAbuse.Open(node) == 1 && node.Connections == 1);
    }

    private static async Task SendFramesAsync(HubNode node, NearlyValid any)
    {
        var said = new List<byte[]> { Encoding.UTF8.GetBytes(Handshake + HubSocket.Separator) };
        if (any.OneIn(4)) said[0] = Record(any, Handshake);
        for (var i = any.UpTo(3); i >= 0; i--) said.Add(Record(any, any.One(Records)));
        try
        {
            using var socket = await HubSocket.OpenAsync(node.Address, handshake: false);
            await TrySendAsync(socket, any, [.. said.SelectMany(bytes => bytes)]);
            // The first one ends what has no end yet; the second one is answered where the connection lives.
            foreach (var id in (string[])["first", "second"])
                await TrySendAsync(socket, null, Encoding.UTF8.GetBytes(
                    $$"""{"type":1,"invocationId":"{{id}}","target":"WatchTour","arguments":["good"]}{{HubSocket.Separator}}"""));
            await socket.ReadUntilAsync("\"invocationId\":\"second\",\"result\":");
        }
        catch (Exception e)
        {
            throw new ShouldAssertException($"{any}: {FuzzRun.Show(string.Join(' ', said.Select(Encoding.UTF8.GetString)))}: {e.Message}", e);
        }
    }

    private static byte[] Record(NearlyValid any, string valid)
    {
        var record = any.OneIn(3) ? Encoding.UTF8.GetBytes(valid) : any.Bytes(any.Json(valid));
        return any.OneIn(10) ? record : [.. record, (byte)HubSocket.Separator];
    }

    /// <summary>In one frame, or split anywhere into several, as text or as bytes.</summary>
    private static async Task TrySendAsync(HubSocket socket, NearlyValid? any, byte[] bytes)
    {
        var parts = any is null || any.OneIn(2) ? 1 : 1 + any.UpTo(6);
        var type = any?.OneIn(6) == true ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
        try
        {
            foreach (var part in bytes.Chunk(1 + bytes.Length / parts))
                await socket.SendBytesAsync(part, type, any is null || any.OneIn(2) || type == WebSocketMessageType.Binary);
            if (any is not null) await socket.SendBytesAsync([], type, endOfFrame: true);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // closed by the hub, as it may
        }
    }

    // Such bytes can be the head of a frame that never ends: the client goes, and the hub must notice.
    private static async Task SendRubbishAsync(HubNode node, NearlyValid any)
    {
        using var client = await WireClient.ConnectAsync(node.Address, hello: any.OneIn(2));
        try
        {
            await client.SendBytesAsync(any.Damaged(any.Value() + any.Value()));
            await client.SendFrameAsync((byte)any.UpTo(15), "x", any.OneIn(2), (byte)(any.UpTo(7) << 4));
        }
        catch (IOException)
        {
            // closed by the hub, as it may
        }
        client.Reset();
    }
}
