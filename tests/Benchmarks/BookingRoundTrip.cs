using System.Globalization;
using System.Text.Json;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;

namespace RealtimeTours.Benchmarks;

/// <summary>
/// From `POST /api/bookings` sent to the callbacks of two browsers, one per hub node, with the official JavaScript client. The time to the POST's own
/// answer is measured beside it: the ratio says what the way to the browsers costs on top of the booking itself, whatever machine this is.
/// </summary>
internal static class BookingRoundTrip
{
    public static async Task RunAsync(int bookings)
    {
        Console.WriteLine($"{bookings} bookings one after another after 150 for warm-up; milliseconds from POST sent.");
        Console.WriteLine();
        Console.WriteLine("| mode | answer p50 | answer p99 | both browsers p50 | both browsers p99 | p50 ratio to the answer |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        await using (var embedded = await RunningSystem.StartEmbeddedAsync())
            await MeasureAsync("embedded (one process, SQLite)", embedded, bookings);
        await using var distributed = await RunningSystem.StartDistributedAsync(await ServerSettings.OnSharedServersAsync());
        await MeasureAsync("distributed (Web, two hub nodes, RabbitMQ, Redis, PostgreSQL)", distributed, bookings);
    }

    // A system that has just started imports and syncs its catalogue, and compiles its code while it does.
    private static readonly TimeSpan StartIsOver = TimeSpan.FromSeconds(20);

    private static async Task MeasureAsync(string mode, RunningSystem system, int bookings)
    {
        await Task.Delay(StartIsOver);
        using var visitor = await new RestClient(system.Web).SignInAsync("benchmark");
        var output = await NodeScript.RunAsync(
            "booking-round-trip.mjs", system.Web, system.Hubs[0], system.Hubs[^1], visitor.Token!, $"{bookings}", string.Join(',', OurTours.Ids));
        var result = JsonDocument.Parse(output).RootElement;
        double[] answer = Sorted(result, "answer"), both = Sorted(result, "both");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {mode} | {At(answer, 0.5):F1} | {At(answer, 0.99):F1} | {At(both, 0.5):F1} | {At(both, 0.99):F1} | " +
            $"{At(both, 0.5) / At(answer, 0.5):F2} |"));
    }

    private static double[] Sorted(JsonElement result, string name) =>
        [.. result.GetProperty(name).EnumerateArray().Select(value => value.GetDouble()).Order()];

    private static double At(double[] sorted, double quantile) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];
}
