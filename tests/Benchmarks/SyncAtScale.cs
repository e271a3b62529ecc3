using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Tests;
using RealtimeTours.Tests.CatalogSync;
using RealtimeTours.Tests.CatalogSync.Sync;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Benchmarks;

/// <summary>
/// Ten thousand departures of a thousand products, from a supplier that takes 3 to 5 s an answer: how long a run takes, with how many connections and
/// how much memory, and whether more processes or readers cost more calls. Then, in simulated time, how old the figures are that somebody watches.
/// </summary>
internal sealed class SyncAtScale(int products) : IAsyncDisposable
{
    private const int DeparturesPerProduct = 10;
    private const int Concurrency = 64;
    private const int Watched = 50;
    private static readonly DateTimeOffset First = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(10).AddHours(9);

    // A run of a thousand takes a minute: a second for each fifteen, and some to spare.
    private readonly TimeSpan _window = TimeSpan.FromSeconds(24 + products / 15);
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly List<HostProcess> _processes = [];
    private int _connections, _mostConnections;

    public async Task RunAsync()
    {
        Simulate();
        await using var supplier = await StartSupplierAsync();
        var servers = await ServerSettings.OnSharedServersAsync();
        await using var database = await new SyncHost(SyncHost.Sqlite(_folder) with { DatabaseUrl = servers.Postgres }).QuietAsync();
        for (var i = 0; i < products; i++)
            await database.AddTourAsync($"t{i}", [.. Enumerable.Range(0, DeparturesPerProduct).Select(day => (First.AddDays(day), 20, 20))]);
        var settings = new Dictionary<string, string>(servers.ToEnvironment())
        {
            ["SAMPLE_CATALOGUE"] = "false", ["SUPPLIER_URL"] = supplier.Urls.Single() + "/", ["SUPPLIER_API_KEY"] = "key",
            ["SUPPLIER_IMPORT"] = "false",
            ["SUPPLIER_CONCURRENCY"] = $"{Concurrency}", ["SYNC_CRON"] = "0 0 0 1 1 ?", ["ASPNETCORE_ENVIRONMENT"] = "Production",
        };
        await StartAsync(settings);
        Console.WriteLine(
            $"{products * DeparturesPerProduct} departures of {products} products, {Concurrency} calls at once, 3 to 5 s an answer. Of PostgreSQL: " +
            $"synced departures.");
        Console.WriteLine();
        Console.WriteLine(
            $"| phase | processes | announcing nodes | requests | run took | departures refreshed | connections | memory | calls of the run | " +
            $"calls in {_window.TotalSeconds} s |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        var alone = await PhaseAsync("nobody watches", database, servers, nodes: 0, requests: 0, begin: false);
        var one = await PhaseAsync($"{Watched} tours watched", database, servers, nodes: 1, requests: Watched);
        await StartAsync(settings);
        var many = await PhaseAsync("twenty nodes, many readers", database, servers, nodes: 20, requests: 5_000);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Calls with 2 processes, 20 nodes and 100 times the readers, against 1, 1 and 1: {(double)many / one:F2}. Without any watcher: " +
            $"{(double)alone / products:F2} a product."));
    }

    private static void Simulate()
    {
        Console.WriteLine(
            $"{SyncAgeSimulation.Tours} tours, {SyncAgeSimulation.CallsPerMinute} calls a minute, half an hour of simulated time; age of the " +
            $"figures in seconds, 95th percentile.");
        Console.WriteLine();
        Console.WriteLine("| watched | flat sweep: calls | watched | sync: calls | watched | the others | ratio for watched |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var watched in new[] { 10, 20, 40, 80 })
        {
            var (flat, ordered) = (SyncAgeSimulation.Flat(watched), SyncAgeSimulation.Ordered(watched));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {watched} | {flat.Calls} | {flat.WatchedP95:F0} | {ordered.Calls} | {ordered.WatchedP95:F1} | {ordered.OthersP95:F0} | " +
                $"{flat.WatchedP95 / ordered.WatchedP95:F1} |"));
        }
        Console.WriteLine();
    }

    /// <returns>Calls in the window from the run's begin.</returns>
    private async Task<int> PhaseAsync(string name, SyncHost database, ServerSettings servers, int nodes, int requests, bool begin = true)
    {
        var clock = Stopwatch.StartNew();
        var runs = database.Get<SyncRuns>();
        if (begin)
        {
            _calls.Clear();
            _mostConnections = 0;
            await runs.BeginAsync(DateTimeOffset.UtcNow, default);
        }
        var began = DateTimeOffset.UtcNow.AddSeconds(-10);
        using var end = new CancellationTokenSource(_window);
        var readers = ReadAsync(servers, nodes, requests, end.Token);
        await Eventually.ShouldBeTrueAsync(
            async () =>
                (await runs.OfSupplierAsync("default", default)) is { Slot: not null } run && run.EndedSlot == run.Slot, TimeSpan.FromMinutes(5));
        var took = clock.Elapsed;
        var callsOfRun = _calls.Values.Sum();
        var refreshed = await CountAsync(database, began);
        await readers;
        if (clock.Elapsed < _window) await Task.Delay(_window - clock.Elapsed);
        var calls = _calls.Values.Sum();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {_processes.Count} | {nodes} | {requests} | {took.TotalSeconds:F0} s | {refreshed} | {_mostConnections} | " +
            $"{string.Join(" + ", _processes.Select(MegabytesAtMost))} MB | {callsOfRun} | {calls} |"));
        return calls;
    }

    // What hub nodes and readers of stale tours send, by hand.
    private static async Task ReadAsync(ServerSettings servers, int nodes, int requests, CancellationToken end)
    {
        if (nodes == 0) return;
        await using var publisher = await ForeignPublisher.ConnectAsync(servers.RabbitMq, servers.Exchange);
        var watched = Enumerable.Range(0, Watched).Select(i => $"t{i}").ToArray();
        for (var i = 0; i < requests; i++)
            await publisher.PublishEventAsync(EventTypes.TourSyncRequested, new { tourId = watched[i % Watched], priority = "high" });
        while (!end.IsCancellationRequested)
        {
            for (var node = 0; node < nodes; node++) await publisher.PublishEventAsync(EventTypes.ToursWatched, new { tourIds = watched });
            await Task.Delay(TimeSpan.FromSeconds(10), end).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async Task<long> CountAsync(SyncHost database, DateTimeOffset since)
    {
        await using var connection = await database.Database.OpenAsync();
        await using var count = connection.CreateCommand();
        count.CommandText =
            "SELECT COUNT(*) FROM departures d JOIN tours t ON t.id = d.tour_id WHERE t.last_synced_at >= @since AND d.available_spots = 7";
        var parameter = count.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("since", since);
        count.Parameters.Add(parameter);
        return Convert.ToInt64(await count.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static long MegabytesAtMost(HostProcess process) => File.ReadLines($"/proc/{process.ProcessId}/status")
        .Where(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();

    private async Task StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        var process = new HostProcess("CatalogSync", settings);
        _processes.Add(process);
        await process.StartAsync();
    }

    private async Task<WebApplication> StartSupplierAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => async connection =>
        {
            InterlockedMax(ref _mostConnections, Interlocked.Increment(ref _connections));
            await next(connection);
            Interlocked.Decrement(ref _connections);
        })));
        var server = builder.Build();
        server.Run(AnswerAsync);
        await server.StartAsync();
        return server;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        InterlockedMax(ref _mostConnections, Volatile.Read(ref _connections));
        var asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        _calls.AddOrUpdate(asked.GetProperty("productId").GetString()!, 1, (_, count) => count + 1);
        await Task.Delay(TimeSpan.FromSeconds(3 + 2 * Random.Shared.NextDouble()));
        await context.Response.WriteAsJsonAsync(Enumerable.Range(0, DeparturesPerProduct).Select(day => new
        {
            id = $"{day}", localDateTimeStart = First.AddDays(day), status = "AVAILABLE", vacancies = 7, capacity = 20,
        }));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var before = Volatile.Read(ref most); value > before; before = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, before) == before) return;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
