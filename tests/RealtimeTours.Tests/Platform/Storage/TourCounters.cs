using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>
/// A number per tour that many transactions count up at once, as bookings do with a departure's version; each announces what it counted.
/// </summary>
internal sealed class TourCounters
{
    private const int Tours = 5;
    private int _last;

    public static async Task<TourCounters> CreateAsync(Database database)
    {
        await database.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync("CREATE TABLE counters (tour TEXT PRIMARY KEY, n BIGINT NOT NULL)");
            for (var i = 0; i < Tours; i++) await transaction.ExecuteAsync(
                "INSERT INTO counters (tour, n) VALUES (@tour, 0)", new { tour = $"tour-{i}" });
        });
        return new TourCounters();
    }

    /// <summary>Counts each tour up so many times on each host, six transactions at a time.</summary>
    public Task CountAsync(int times, params StorageHost[] hosts)
    {
        Interlocked.Add(ref _last, times * hosts.Length);
        return Task.WhenAll(hosts.Select(host => Parallel.ForEachAsync(
            Enumerable.Range(0, Tours * times), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, cancellationToken) =>
                await CountAsync(host, $"tour-{i % Tours}"))));
    }

    /// <summary>The first time each event was published it came after all that were counted before.</summary>
    public void ShouldBeInOrder(RecordingEventBus bus)
    {
        var counted = bus.Of("tour.updated")
            .Select(envelope => (Tour: envelope.Data.GetProperty("tourId").GetString(), N: envelope.Data.GetProperty("n").GetInt64())).Distinct();
        var tours = counted.GroupBy(one => one.Tour, one => one.N).ToArray();
        tours.Length.ShouldBe(Tours);
        foreach (var tour in tours) tour.ShouldBe(Enumerable.Range(1, _last).Select(n => (long)n));
    }

    private static Task CountAsync(StorageHost host, string tour) => host.Database.InTransactionAsync(async transaction =>
    {
        var n = (await transaction.QueryAsync<long>("UPDATE counters SET n = n + 1 WHERE tour = @tour RETURNING n", new { tour })).Single();
        transaction.Announce(host.Events.Create("tour.updated", new Counted(tour, n)));
    });

    private sealed record Counted(string TourId, long N) : IOfTour;
}
