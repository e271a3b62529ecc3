using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Tests.CatalogSync.Suppliers;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.CatalogSync.Sync;

/// <summary>
/// Two CatalogSync processes on real servers and a supplier that counts: one of them dies in the middle of a run, the other is frozen in the next.
/// </summary>
public sealed class TwoSyncProcessesTests : IAsyncLifetime
{
    private const int Tours = 24;
    private const int Concurrency = 4;
    private static readonly DateTimeOffset Start = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(10).AddHours(9);

    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly ConcurrentDictionary<string, int> _callsOf = new();
    private readonly List<HostProcess> _processes = [];
    private HostileSupplier _supplier = null!;
    private SyncHost _database = null!;
    private IReadOnlyDictionary<string, string> _settings = null!;
    private int _now, _most;

    public async Task InitializeAsync()
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        _supplier = await HostileSupplier.StartAsync();
        _database = await new SyncHost(SyncHost.Sqlite(_folder) with { DatabaseUrl = servers.Postgres }, _supplier).QuietAsync();
        for (var i = 0; i < Tours; i++) await _database.AddTourAsync($"t{i}", (Start, 20, 10));
        _settings = new Dictionary<string, string>(servers.ToEnvironment())
        {
            ["SAMPLE_CATALOGUE"] = "false", ["SUPPLIER_URL"] = _supplier.Address.ToString(), ["SUPPLIER_IMPORT"] = "false",
            ["SUPPLIER_CONCURRENCY"] = $"{Concurrency}", ["SUPPLIER_POLLING_MINIMUM"] = "1", ["SUPPLIER_TIMEOUT"] = "120",
            ["SYNC_CRON"] = "0 0 0 1 1 ?", ["SYNC_LEASE"] = "5", // one run at the start, the others when the test says so
        };
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        await _database.DisposeAsync();
        await _supplier.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_process_that_dies_in_a_run_is_taken_over_and_one_that_was_frozen_writes_nothing_when_it_wakes()
    {
        const int Answered = 8;
        Answer(seats: 7, stuck: key => key == "process-0" && _callsOf[key] > Answered ? Task.Delay(Timeout.Infinite) : null);
        var first = await StartAsync();
        await Eventually.ShouldBeTrueAsync(() => _callsOf["process-0"] == Answered + Concurrency);
        await StartAsync();
        await first.KillAsync();
        await RunEndsAsync();
        _asked.Count.ShouldBe(Tours);
        // What the dead one had begun is asked again, nothing that it had finished.
        _callsOf["process-1"].ShouldBeInRange(Tours - Answered, Tours - Answered + Concurrency);
        await ShouldAllHaveAsync(seats: 7, version: 2);

        await StartAsync();
        _callsOf.Clear();
        var wakes = new TaskCompletionSource();
        string? holder = null;
        Answer(seats: 5, seatsWhereStuck: 3, stuck: key => (Interlocked.CompareExchange(ref holder, key, null) ?? key) == key ? wakes.Task : null);
        await _database.Get<SyncRuns>().BeginAsync(DateTimeOffset.UtcNow, default);
        await Eventually.ShouldBeTrueAsync(() => holder is not null && _callsOf[holder] == Concurrency);
        var frozen = _processes[holder![^1] - '0'];
        await frozen.SignalAsync("STOP");
        await RunEndsAsync();
        var other = holder == "process-1" ? "process-2" : "process-1";
        _callsOf[other].ShouldBeInRange(Tours, Tours + Concurrency);
        await ShouldAllHaveAsync(seats: 5, version: 3);

        wakes.SetResult();
        await frozen.SignalAsync("CONT");
        await Eventually.ShouldBeTrueAsync(() => frozen.Log.Contains("syncs supplier default no longer"));
        await Eventually.ShouldBeTrueAsync(() => frozen.Log.Split("not written").Length - 1 == Concurrency);
        await ShouldAllHaveAsync(seats: 5, version: 3);
        _callsOf[holder].ShouldBe(Concurrency);
        _most.ShouldBeLessThanOrEqualTo(2 * Concurrency); // with those of the frozen process, which the supplier had not answered yet
    }

    /// <param name="stuck">By the caller's key: null for a call that is answered at once.</param>
    private void Answer(int seats, Func<string, Task?> stuck, int seatsWhereStuck = 0) => _supplier.Answer = async context =>
    {
        var key = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        _callsOf.AddOrUpdate(key, 1, (_, count) => count + 1);
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        _asked.AddOrUpdate(body.GetProperty("productId").GetString()!, 1, (_, count) => count + 1);
        var vacancies = seats;
        _most = Math.Max(_most, Interlocked.Increment(ref _now));
        try
        {
            if (stuck(key) is { } wait)
            {
                vacancies = seatsWhereStuck;
                await wait.WaitAsync(context.RequestAborted);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
        await context.Response.WriteAsync($$"""[{"id":"a","localDateTimeStart":"{{Start:O}}","status":"AVAILABLE","vacancies":{{vacancies}},"capacity":20}]""");
    };

    /// <summary>Each process has a key of its own, so that the supplier knows who calls.</summary>
    private async Task<HostProcess> StartAsync()
    {
        var process =
            new HostProcess("CatalogSync", new Dictionary<string, string>(_settings) { ["SUPPLIER_API_KEY"] = $"process-{_processes.Count}" });
        _processes.Add(process);
        await process.StartAsync();
        return process;
    }

    private Task RunEndsAsync() => Eventually.ShouldBeTrueAsync(
        async () => (await _database.Get<SyncRuns>().OfSupplierAsync("default", default)) is { Slot: not null } run && run.EndedSlot == run.Slot,
        TimeSpan.FromMinutes(3));

    private async Task ShouldAllHaveAsync(int seats, int version)
    {
        for (var i = 0; i < Tours; i++) (await _database.DepartureAsync($"t{i}", Start)).ShouldBe((seats, 20, false, version));
    }
}
