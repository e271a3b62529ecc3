using System.Net;
using System.Net.WebSockets;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.RealtimeHub.Admission;
using RealtimeTours.Tests.RealtimeHub.Transport;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>
/// What somebody may try with a hub that is open to the world. Each asserts that the offender is cut or refused, or gets an error and no more.
/// </summary>
internal static class HubAbuse
{
    public const int MostConnections = 300;
    public const string Crowd = "500 connections from one address";

    public static readonly IReadOnlyDictionary<string, Func<HubNode, Task>> All = new Dictionary<string, Func<HubNode, Task>>
    {
        ["100 sockets without a handshake"] = async node =>
        {
            var sockets = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => HubSocket.OpenAsync(node.Address, handshake: false)));
            foreach (var said in await Task.WhenAll(sockets.Select(ReadAndCloseAsync))) said.ShouldContain("error");
        },
        ["protocols that do not exist"] = async node =>
        {
            foreach (var handshake in (string[])["""{"protocol":"bson","version":1}""", """{"protocol":"json","version":99}""", "{}", "[]", "GET / HTTP/1.1", ""])
            {
                var socket = await HubSocket.OpenAsync(node.Address, handshake: false);
                await socket.SendAsync(handshake);
                (await ReadAndCloseAsync(socket)).ShouldContain("error");
            }
        },
        ["a handshake without end"] = node => SendForEverAsync(node, handshake: false, endOfFrame: true),
        ["a message without end"] = node => SendForEverAsync(node, handshake: true, endOfFrame: true),
        ["a frame without end"] = node => SendForEverAsync(node, handshake: true, endOfFrame: false),
        ["161 KB in a frame"] = async node => (await SayAsync(node, Watch("WatchTours", 161 * 1024))).ShouldContain("at most 163840 bytes"),
        ["no JSON"] = async node => (await SayAsync(node, "]{")).ShouldContain("Error reading JSON."),
        ["ids that are too long, and too many"] = node => ErrorsAsync(node,
            ("WatchTour", $"[\"{new string('x', 5 * 1024)}\"]"), ("WatchTours", $"[[\"{new string('x', 100 * 1024)}\"]]"),
            ("Nobody", $"[\"{new string('x', 100 * 1024)}\"]"), ("WatchTours", $"[[{string.Join(',', Enumerable.Repeat("\"t\"", 30_000))}]]")),
        ["one tour 200 times, again and again"] = async node =>
        {
            using var socket = await HubSocket.OpenAsync(node.Address);
            var tours = $"[[{string.Join(',', Enumerable.Repeat("\"t\"", 200))}]]";
            for (var call = 1; call <= 30; call++) await socket.CallAsync($"{call}", "WatchTours", tours);
            var said = await socket.ReadUntilAsync("\"invocationId\":\"30\"");
            said.ShouldContain("\"invocationId\":\"10\",\"result\":"); // a list page more than it needs
            said.ShouldContain("tours a second");
            said.ShouldNotContain("\"type\":7");
        },
        ["10,000 unknown calls in a second"] = async node =>
            (await FloodAsync(node, """{"type":1,"target":"Nobody","arguments":[]}""")).ShouldContain("messages a second"),
        ["10,000 pings in a second"] = async node => (await FloodAsync(node, """{"type":6}""")).ShouldContain("messages a second"),
        ["unknown targets"] = node => ErrorsAsync(node, ("Nobody", "[]"), ("ToString", "[]"), ("OnConnectedAsync", "[]"), ("Dispose", "[]")),
        ["wrong argument types"] = node => ErrorsAsync(node,
            ("WatchTour", "[1]"), ("WatchTour", "[]"), ("WatchTour", "[null]"), ("WatchTour", """["a","b"]"""), ("WatchTour", "[{}]"), ("WatchTour", """[""]"""),
            ("WatchTours", """["a"]"""), ("WatchTours", "[[1]]"), ("WatchTours", "[[[]]]"), ("WatchTours", "[null]"), ("UnwatchTours", "[[{}]]")),
        ["more than 1,000 watches"] = async node =>
        {
            using var socket = await HubSocket.OpenAsync(node.Address);
            for (var call = 0; call < 5; call++) await socket.CallAsync(
                $"{call}", "WatchTours", $"[[{string.Join(',', Enumerable.Range(call * 200, 200).Select(id => $"\"{id}\""))}]]");
            await socket.CallAsync("one", "WatchTour", """["one too many"]""");
            (await socket.ReadUntilAsync("\"invocationId\":\"one\"")).ShouldContain("at most 1000 tours");
        },
        [Crowd] = async node =>
        {
            var attempts = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => TryAsync(() => HubSocket.OpenAsync(node.Address))));
            attempts.Count(attempt => attempt.Socket is not null).ShouldBeInRange(1, MostConnections);
            attempts.Where(attempt => attempt.Socket is null).ShouldAllBe(attempt => attempt.Refusal!.Contains("429"));
            foreach (var (socket, _) in attempts) socket?.Dispose();
        },
        ["negotiations that nobody opens"] = async node =>
        {
            using var http = new HttpClient();
            var answers = await Task.WhenAll(Enumerable.Range(0, 2 * MostConnections + 1)
                .Select(_ => http.PostAsync($"{node.Address}{HubContract.Path}/negotiate?negotiateVersion=1", null)));
            answers.ShouldContain(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        },
        ["evil origins"] = async node =>
        {
            foreach (var origin in (string[])["https://evil.example", "null", "http://localhost:3000.evil.example", "http://localhost:3001"])
                (await TryAsync(() => HubSocket.OpenAsync(node.Address, origin: origin))).Refusal.ShouldNotBeNull().ShouldContain("403");
        },
        ["expired, unsigned and foreign tokens"] = async node =>
        {
            var later = TimeSpan.FromHours(1);
            foreach (var token in (string[])[TestTokens.Sign(-later), TestTokens.Unsigned(later), TestTokens.Sign(later, key: 7),
                TestTokens.Sign(later, issuer: "else"), "a.b.c", "x"])
                (await TryAsync(() => HubSocket.OpenAsync(node.Address, token))).Refusal.ShouldNotBeNull().ShouldContain("401");
        },
        ["message types that nobody knows"] = async node =>
        {
            using var socket = await HubSocket.OpenAsync(node.Address);
            // What comes in the same frame must not wait for the next one.
            await socket.SendRawAsync(string.Join(HubSocket.Separator, """{"type":0}""", """{"type":99,"more":[]}""",
                """{"type":1,"invocationId":"behind","target":"WatchTour","arguments":["t"]}""", ""));
            await socket.ReadUntilAsync("\"invocationId\":\"behind\",\"result\":");
            (await FloodAsync(node, """{"type":99}""")).ShouldContain("messages a second");
        },
        ["bytes that are no frames"] = async node =>
        {
            using var client = await WireClient.ConnectAsync(node.Address, hello: false);
            await client.SendBytesAsync(Enumerable.Repeat((byte)0xff, 1_000).ToArray());
            await client.ReadToEndAsync();
        },
    };

    /// <summary>The sockets that are open to the node, whether or not they shook hands.</summary>
    public static int Open(HubNode node) => node.Get<OpenTransports>().Count;

    private static string Watch(string target, int bytes) =>
        $$"""{"type":1,"target":"{{target}}","arguments":[{{(target == "WatchTours" ? "[" : "")}}"{{new string('x', bytes)}}"{{(target == "WatchTours" ? "]" : "")}}]}""";

    private static async Task<string> SayAsync(HubNode node, string message)
    {
        var socket = await HubSocket.OpenAsync(node.Address);
        await socket.SendAsync(message);
        return await ReadAndCloseAsync(socket);
    }

    private static async Task<string> FloodAsync(HubNode node, string message)
    {
        var socket = await HubSocket.OpenAsync(node.Address);
        var hundred = string.Concat(Enumerable.Repeat(message + HubSocket.Separator, 100));
        var sending = TryAsync(async () =>
        {
            for (var i = 0; i < 100; i++) await socket.SendRawAsync(hundred);
            return null!;
        });
        var said = await ReadAndCloseAsync(socket);
        await sending;
        return said;
    }

    private static async Task SendForEverAsync(HubNode node, bool handshake, bool endOfFrame)
    {
        using var socket = await HubSocket.OpenAsync(node.Address, handshake: handshake);
        var reading = socket.ReadToEndAsync();
        var chunk = new string('x', 4 * 1024);
        var sent = 0;
        await TryAsync(async () =>
        {
            for (; sent < 64 * 1024 && !reading.IsCompleted; sent += 4) await socket.SendRawAsync(chunk, endOfFrame);
            return null!;
        });
        (await reading).ShouldNotContain("allowReconnect\":true");
        sent.ShouldBeLessThan(64 * 1024, "64 MB were swallowed");
    }

    // Each is answered with an error, and the connection stays good.
    private static async Task ErrorsAsync(HubNode node, params (string Target, string Arguments)[] calls)
    {
        using var socket = await HubSocket.OpenAsync(node.Address);
        foreach (var (target, arguments) in calls)
        {
            var id = Guid.NewGuid().ToString("N");
            await socket.CallAsync(id, target, arguments);
            (await socket.ReadUntilAsync($"\"invocationId\":\"{id}\",\"error\":")).ShouldNotContain(" at RealtimeTours");
        }
        await socket.CallAsync("good", "WatchTour", """["t"]""");
        await socket.ReadUntilAsync("\"invocationId\":\"good\",\"result\":");
    }

    // Whatever an offender is told, it is never to come back: the stock clients would do so at once, again and again.
    private static async Task<string> ReadAndCloseAsync(HubSocket socket)
    {
        using (socket)
        {
            var said = await socket.ReadToEndAsync();
            said.ShouldNotContain("allowReconnect\":true");
            return said;
        }
    }

    private static async Task<(HubSocket? Socket, string? Refusal)> TryAsync(Func<Task<HubSocket>> open)
    {
        try
        {
            return (await open(), null);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            return (null, e.Message);
        }
    }
}
