using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Benchmarks;

/// <summary>
/// Bookings per second over HTTP (JSON, idempotency, outbox and publishing included) beside <c>pgbench</c> running the bare transaction, the guarded
/// update and the insert of the booking, with as many connections against the same server. In turns, so that the ratio is of one machine in one mood.
/// Then the way from the commit to the broker's confirm at 100 bookings a second.
/// </summary>
internal static partial class BookingThroughput
{
    private const int Few = 16;
    private const int Many = 64;
    private const int Departures = 1_000;

    public static async Task RunAsync(int seconds, int rounds)
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        await using var web = new HostProcess("Web", new Dictionary<string, string>(servers.ToEnvironment())
        {
            ["Bookings__RequestsPerMinute"] = "1000000", ["Bookings__RequestBurst"] = "1000000", ["ASPNETCORE_ENVIRONMENT"] = "Development",
        });
        await web.StartAsync();
        using var crowd = new BookingCrowd(web.Address);
        string[] spread = [.. Enumerable.Range(0, Departures).Select(n => $"spread{n}")];
        var date = await crowd.OpenAsync([.. spread, "hot"], 1_000_000);
        await OpenBareAsync(servers.Postgres);

        Console.WriteLine($"{rounds} rounds of {seconds} s each, medians.");
        Console.WriteLine();
        Console.WriteLine("| departures | connections | bookings/s | bare transactions/s (pgbench) | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        await BookAsync(crowd, Few, _ => "hot", date, TimeSpan.FromSeconds(3)); // warm-up
        foreach (var (departures, connections) in new[] { (1, Few), (1, Many), (Departures, Few) })
        {
            Func<int, string> tour = departures == 1 ? _ => "hot" : n => spread[n];
            var (ours, bare) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                bare.Add(await BareAsync(servers.Postgres, connections, departures, seconds));
                ours.Add(await BookAsync(crowd, connections, tour, date, TimeSpan.FromSeconds(seconds)));
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {departures} | {connections} | {Median(ours):F0} | {Median(bare):F0} | {Median(ours) / Median(bare):F2} |"));
        }
        await RelayAsync(web, crowd, spread, date, seconds);
    }

    private static async Task<double> BookAsync(BookingCrowd crowd, int connections, Func<int, string> tour, DateTimeOffset date, TimeSpan time)
    {
        var (clock, booked) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async visitor =>
        {
            var random = new Random(visitor);
            while (clock.Elapsed < time)
                if (await crowd.BookAsync(visitor, tour(random.Next(Departures)), date, 1, null) == 201) Interlocked.Increment(ref booked);
        }));
        return booked / clock.Elapsed.TotalSeconds;
    }

    // The same rows as the product writes, without anything around them.
    private static async Task OpenBareAsync(string url)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = new Uri(url).Port, Username = "postgres", Password = "secret", Database = new Uri(url).AbsolutePath[1..],
        });
        await using var command = source.CreateCommand($"""
            INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, updated_at)
            SELECT 'bare' || n, 'n', 'd', 'c', 1, 100, 'EUR', now() FROM generate_series(0, {Departures - 1}) n;
            INSERT INTO departures (tour_id, starts_at, capacity, available_spots, updated_at)
            SELECT 'bare' || n, '2040-01-01', 1000000, 1000000, now() FROM generate_series(0, {Departures - 1}) n;
            """);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<double> BareAsync(string url, int connections, int departures, int seconds)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $"""
            \set n random(0, {departures - 1})
            BEGIN;
            UPDATE departures SET available_spots = available_spots - 1, confirmed = confirmed + 1, version = version + 1, updated_at = now()
              WHERE tour_id = 'bare' || :n AND starts_at = '2040-01-01' AND NOT closed AND starts_at > now()
                AND available_spots >= 1 RETURNING available_spots, version;
            INSERT INTO bookings (id, tour_id, starts_at, user_id, participants, total_minor, currency, status, created_at)
              VALUES ('bare_' || gen_random_uuid(), 'bare' || :n, '2040-01-01', 'u', 1, 100, 'EUR', 'confirmed', now());
            COMMIT;

            """);
        var address = new Uri(url);
        var text = await FinishedProcess.OutputOfAsync(new ProcessStartInfo(Path.Combine(PostgresServer.Programs, "pgbench"),
        [
            "-n", "-M", "prepared", "-c", $"{connections}", "-j", "2", "-T", $"{seconds}", "-f", script, "-h", "127.0.0.1", "-p", $"{address.Port}",
            "-U", "postgres",
            address.AbsolutePath[1..],
        ]) { Environment = { ["PGPASSWORD"] = "secret" } });
        File.Delete(script);
        return TransactionsPerSecond().Match(text) is { Success: true } match
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench: {text}");
    }

    private static async Task RelayAsync(HostProcess web, BookingCrowd crowd, string[] tours, DateTimeOffset date, int seconds)
    {
        using var client = new HttpClient();
        var before = await BucketsAsync(client, web.Address);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var running = new List<Task>();
        for (var n = 0; n < 100 * seconds && await timer.WaitForNextTickAsync(); n++) running.Add(
            crowd.BookAsync(n, tours[n % tours.Length], date, 1, null));
        await Task.WhenAll(running);
        await Task.Delay(1_000); // the last confirms
        var after = await BucketsAsync(client, web.Address);
        var counts = after.Select(bucket => (bucket.Bound, Count: bucket.Count - before.First(old => old.Bound == bucket.Bound).Count)).ToArray();
        string At(double quantile) => $"{counts.First(bucket => bucket.Count >= quantile * counts[^1].Count).Bound * 1_000:0.##} ms";
        Console.WriteLine();
        Console.WriteLine(
            $"Commit to publish confirmed at 100 bookings/s ({counts[^1].Count} events): p50 at most {At(0.5)}, p99 at most {At(0.99)}.");
    }

    private static async Task<(double Bound, double Count)[]> BucketsAsync(HttpClient client, string web) =>
        [.. Bucket().Matches(await client.GetStringAsync($"{web}/metrics")).Select(match => (
            match.Groups[1].Value == "+Inf" ? double.PositiveInfinity : double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)))];

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex TransactionsPerSecond();

    [GeneratedRegex("""outbox_relay_duration_seconds_bucket\{(?:[^}]*,)?le="([^"]+)"[^}]*\} (\S+)""")]
    private static partial Regex Bucket();
}
