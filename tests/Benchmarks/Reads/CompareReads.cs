using System.Net;
using System.Text.Json;
using RealtimeTours.Benchmarks.Peers;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.LoadTest.Report;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;
using StackExchange.Redis;

namespace RealtimeTours.Benchmarks.Reads;

/// <summary>
/// `GET /api/tours/{id}` of a tour that is warm, beside an empty endpoint that returns the same bytes and beside Express with ioredis: one process
/// each, one after another under the same wrk, in rounds whose order changes. The machine's cores are shared with wrk, so the CPU of a request is
/// measured too.
/// </summary>
internal sealed class CompareReads(double seconds, int rounds)
{
    private const int Connections = 64;
    private const string TourId = "benchmark-tour";
    private const string Ours = "RealtimeTours", Empty = "empty endpoint", Express = "Express 5";
    private readonly Dictionary<string, List<(WrkRun Run, double CpuMicroseconds)>> _runs = [];

    public async Task RunAsync()
    {
        WrkRun.RequireInstalled();
        var servers = await ServerSettings.OnSharedServersAsync();
        // Without a line per request: the others write none either. What one costs stands in docs/operations.md.
        await using var web = new HostProcess("Web", new Dictionary<string, string>(servers.ToEnvironment())
        {
            ["Logging__LogLevel__Serilog.AspNetCore.RequestLoggingMiddleware"] = Environment.GetEnvironmentVariable("REQUEST_LINES") ?? "Warning",
        });
        await web.StartAsync();
        var answer = await MakeTourAsync(web);
        var bytes = Path.GetTempFileName();
        await File.WriteAllBytesAsync(bytes, answer);
        await ShareWithExpressAsync(servers, answer);

        await using var empty = new PeerProcess(port => PeerProcess.Ourselves("empty-endpoint-server", port, bytes));
        await using var express = new PeerProcess(port => PeerProcess.Node("Reads", "express-server.mjs", port, servers.Redis, Prefix(servers)));
        (string Name, ServerProcess Process)[] peers = [(Ours, web), (Empty, empty), (Express, express)];
        await Task.WhenAll(empty.StartAsync(), express.StartAsync());
        // Twice, since a runtime goes on compiling for a while.
        for (var warmUp = 0; warmUp < 2; warmUp++)
            foreach (var peer in peers) await MeasureAsync(peer, keep: false);
        for (var round = 0; round < rounds; round++)
            for (var turn = 0; turn < peers.Length; turn++) await MeasureAsync(peers[(round + turn) % peers.Length], keep: true);
        File.Delete(bytes);

        Console.Write(PeerTable.Of([.. peers.Select(peer => peer.Name)],
        [
            new("requests/s", name => Median(name, run => run.Run.RequestsPerSecond)),
            new("server CPU, microseconds per request", name => Median(name, run => run.CpuMicroseconds)),
            new("p50 ms", name => Median(name, run => run.Run.P50Ms)),
            new("p99 ms", name => Median(name, run => run.Run.P99Ms)),
        ]));
        Console.WriteLine();
        Console.WriteLine(
            $"Medians of {rounds} rounds of {seconds} s, {Connections} connections, {answer.Length} bytes an answer, {Environment.ProcessorCount} " +
            $"cores shared with wrk.");
    }

    private async Task MeasureAsync((string Name, ServerProcess Process) peer, bool keep)
    {
        double Cpu() => ProcessFigures.Read([peer.Process.ProcessId])!.Value.CpuSeconds;
        var before = Cpu();
        var run = await WrkRun.RunAsync(new Uri($"http://127.0.0.1:{peer.Process.Port}/api/tours/{TourId}"), Connections, seconds);
        var microseconds = (Cpu() - before) * 1e6 / run.Requests;
        await Console.Error.WriteLineAsync(
            $"{peer.Name,-14} {run.RequestsPerSecond,9:N0} requests/s, {microseconds,6:N1} us CPU each, p50 {run.P50Ms:F2} ms, p99 {run.P99Ms:F2} " +
            $"ms{(keep ? "" : " (warm-up)")}");
        if (!keep) return;
        if (!_runs.TryGetValue(peer.Name, out var all)) _runs[peer.Name] = all = [];
        all.Add((run, microseconds));
    }

    /// <returns>The tour's answer, byte for byte.</returns>
    private static async Task<byte[]> MakeTourAsync(HostProcess web)
    {
        using var visitor = await new RestClient(web.Address).SignInAsync("olga", "operator");
        var start = DateTimeOffset.UtcNow.Date.AddDays(10);
        var departures = Enumerable.Range(0, 10).Select(day => new SaveDepartureRequest(new DateTimeOffset(start.AddDays(day), TimeSpan.Zero), 20))
            .ToArray();
        var (status, _) = await visitor.PostAsync(
            "/api/tours",
            new SaveTourRequest("Alfama on foot", "Lisbon", "walk", 2.5, 19.9m, "EUR", TourId, "Europe/Lisbon", Departures: departures));
        if (status != HttpStatusCode.Created) throw new InvalidOperationException($"The tour could not be made: {status}.");
        return await visitor.Http.GetByteArrayAsync($"/api/tours/{TourId}");
    }

    private static async Task ShareWithExpressAsync(ServerSettings servers, byte[] answer)
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis.Replace("redis://", ""));
        var tour = JsonDocument.Parse(answer).RootElement.GetProperty("data").GetProperty("tour");
        var kept = JsonSerializer.Serialize(new { tour, readAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() });
        await redis.GetDatabase().StringSetAsync(Prefix(servers) + TourId, kept);
    }

    private static string Prefix(ServerSettings servers) => $"{servers.Prefix}:express:";

    private double? Median(string name, Func<(WrkRun Run, double CpuMicroseconds), double> figure)
    {
        var sorted = _runs[name].Select(figure).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
