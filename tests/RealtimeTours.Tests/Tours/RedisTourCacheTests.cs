using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Tests.Servers;
using RealtimeTours.Tests.Storage;
using RealtimeTours.Web.Tours;

namespace RealtimeTours.Tests.Tours;

public class RedisTourCacheTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TourDetails _tour = new(
        Guid.NewGuid().ToString(), "Alfama", "Lisbon", "walk", 2.5, 12.5m, "EUR", null, Noon, Noon,
        [new SeatFigure(Noon.AddDays(9), 3, 9, AvailabilityStatus.Low, 7, Noon)]);

    [Fact]
    public async Task What_one_node_read_is_at_hand_for_another_until_it_is_forgotten()
    {
        await using var redis = new RedisConnection((await SharedServers.Redis).Url);
        var one = new RedisTourCache(redis, Settings(), NullLogger<RedisTourCache>.Instance);
        var two = new RedisTourCache(redis, Settings(), NullLogger<RedisTourCache>.Instance);
        // It gives up on a Redis that takes a quarter of a second, and here that may be the machine.
        TourDetails? found = null;
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await one.KeepAsync(_tour);
            return (found = await two.FindAsync(_tour.Id)) is not null;
        });
        found!.ShouldBeEquivalentTo(_tour with { Departures = found!.Departures });
        found.Departures.ShouldBe(_tour.Departures);

        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await one.ForgetAsync(_tour.Id);
            return !await (await redis.DatabaseAsync()).KeyExistsAsync($"{Settings().QueuePrefix}:tour:{_tour.Id}");
        });
    }

    [Fact]
    public async Task Without_Redis_it_knows_nothing_and_does_not_fail()
    {
        await using var redis = new RedisConnection($"redis://127.0.0.1:{ServerProcess.FreePort()}");
        var cache = new RedisTourCache(redis, Settings(), NullLogger<RedisTourCache>.Instance);
        await cache.KeepAsync(_tour);
        (await cache.FindAsync(_tour.Id)).ShouldBeNull();
    }

    private static PlatformSettings Settings() => TestDatabases.SqliteIn("unused");
}
