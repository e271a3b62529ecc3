using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Benchmarks;

/// <summary>
/// Ten thousand bookings completed in one run: how long it takes, with how much memory, how many events wait in the outbox at most, and whether a
/// booking's way to a browser takes longer meanwhile. The same way without a run is measured just before, in the same system.
/// </summary>
internal static class CompletionRun
{
    private const int Tours = 100; // the hub conflates more than ten changes a second of one
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(int bookings)
    {
        var servers = await ServerSettings.OnSharedServersAsync() with
        {
            Extra = new Dictionary<string, string>
            {
                ["COMPLETION_CRON"] = "* * * * * ?", ["Bookings__RequestsPerMinute"] = "1000000", ["Bookings__RequestBurst"] = "1000000",
            },
        };
        var folder = Directory.CreateTempSubdirectory("rtt-").FullName;
        await using var database = new StorageHost(TestDatabases.Settings(servers.Postgres, folder));
        await using var system = await RunningSystem.StartDistributedAsync(servers);
        await using var visitor = await SeatWatch.StartAsync(system, Tours);
        var web = system.Hosts.Single(host => host.Address == system.Web);
        await visitor.MeasureAsync(Task.Delay(TimeSpan.FromSeconds(20))); // a system that has just started

        Console.WriteLine("Seat change: from a booking's POST to a browser's callback, one after another, ms.");
        Console.WriteLine();
        Console.WriteLine(
            "| bookings | departures | run took | bookings/s | memory before | most | outbox at most | seat change alone p50 / p99 | " +
            "during the run p50 / p99 | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var departures in new[] { 1, 1_000 })
        {
            var alone = await visitor.MeasureAsync(Task.Delay(Alone));
            var before = MegabytesOf(web.ProcessId);
            var done = await PastBookings.CompletedAsync(database.Database) + bookings;
            await PastBookings.AddAsync(database.Database, $"past{departures}x", departures, bookings / departures);
            var run = RunToEndAsync(database, web.ProcessId, done);
            var during = await visitor.MeasureAsync(run);
            var (took, most, backlog) = await run;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {bookings} | {departures} | {took.TotalSeconds:F1} s | {bookings / took.TotalSeconds:F0} | " +
                $"{before} MB | {most} MB | {backlog} | " +
                $"{At(alone, 0.5):F1} / {At(alone, 0.99):F1} | {At(during, 0.5):F1} / {At(during, 0.99):F1} | " +
                $"{At(during, 0.5) / At(alone, 0.5):F2} / {At(during, 0.99) / At(alone, 0.99):F2} |"));
        }
        Directory.Delete(folder, recursive: true);
    }

    // From the commit that put the bookings in, so the wait for the next second's slot is in it.
    private static async Task<(TimeSpan Took, long Memory, long Backlog)> RunToEndAsync(StorageHost database, int process, int done)
    {
        var (clock, memory, backlog) = (Stopwatch.StartNew(), 0L, 0L);
        while (await PastBookings.CompletedAsync(database.Database) < done)
        {
            backlog = Math.Max(backlog, await database.Database.InTransactionAsync(
                transaction => transaction.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM outbox")));
            memory = Math.Max(memory, MegabytesOf(process));
            await Task.Delay(10); // the rate of the samples
        }
        return (clock.Elapsed, memory, backlog);
    }

    private static long MegabytesOf(int process) => File.ReadLines($"/proc/{process}/status")
        .Where(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();

    private static double At(double[] sorted, double quantile) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];

    /// <summary>One customer who books, and a browser that watches the tours.</summary>
    private sealed class SeatWatch : IAsyncDisposable
    {
        private readonly RestClient _customer;
        private readonly HubClient _browser;
        private readonly DateTimeOffset _date;
        private readonly Dictionary<string, int> _left = [];
        private (string Tour, int Left, TaskCompletionSource Shown)? _waits;

        private SeatWatch(RestClient customer, HubClient browser, DateTimeOffset date)
        {
            (_customer, _browser, _date) = (customer, browser, date);
            browser.Connection.On<AvailabilityUpdate>(nameof(IAvailabilityClient.AvailabilityUpdated), update =>
            {
                if (_waits is { } waits && update.TourId == waits.Tour && update.AvailableSpots <= waits.Left) waits.Shown.TrySetResult();
            });
        }

        public static async Task<SeatWatch> StartAsync(RunningSystem system, int tours)
        {
            var date = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(40), TimeSpan.Zero);
            const int capacity = 1_000_000;
            using var olga = await new RestClient(system.Web).SignInAsync("olga", "operator");
            for (var n = 0; n < tours; n++)
                await olga.PostAsync("/api/tours", new SaveTourRequest(
                    $"Seats {n}", "Lisbon", "walk", 2, 10, "EUR", Id: $"seats{n}", Departures: [new SaveDepartureRequest(date, capacity)]));
            var watch = new SeatWatch(
                await new RestClient(system.Web).SignInAsync("ada"), await HubClient.ConnectAsync(system.Hubs[0]), date);
            for (var n = 0; n < tours; n++) watch._left[$"seats{n}"] = capacity;
            await watch._browser.WatchToursAsync([.. watch._left.Keys]);
            return watch;
        }

        /// <returns>Sorted, in milliseconds, of all bookings until the given task ends.</returns>
        public async Task<double[]> MeasureAsync(Task until)
        {
            var (taken, tours) = (new List<double>(), _left.Keys.ToArray());
            for (var n = 0; !until.IsCompleted; n++)
            {
                var tour = tours[n % tours.Length];
                var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waits = (tour, --_left[tour], shown);
                var clock = Stopwatch.StartNew();
                await _customer.BookAsync(tour, _date, 1);
                await shown.Task.WaitAsync(TimeSpan.FromMinutes(1));
                taken.Add(clock.Elapsed.TotalMilliseconds);
            }
            return [.. taken.Order()];
        }

        public async ValueTask DisposeAsync()
        {
            _customer.Dispose();
            await _browser.DisposeAsync();
        }
    }
}
