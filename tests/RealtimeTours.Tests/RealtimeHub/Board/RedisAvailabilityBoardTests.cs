using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.Tests.Servers;
using static RealtimeTours.Tests.RealtimeHub.States;

namespace RealtimeTours.Tests.RealtimeHub.Board;

public sealed class RedisAvailabilityBoardTests : AvailabilityBoardSpecs, IAsyncLifetime
{
    private RedisConnection _redis = null!;

    public async Task InitializeAsync() => _redis = (await SharedServers.Redis).Connect();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    private protected override Task<IAvailabilityBoard> CreateAsync() =>
        Task.FromResult<IAvailabilityBoard>(new RedisAvailabilityBoard(_redis, new RedisKeys($"{{{Guid.NewGuid():N}}}")));

    [Fact]
    public async Task Two_processes_see_one_board()
    {
        var keys = new RedisKeys($"{{{Guid.NewGuid():N}}}");
        await new RedisAvailabilityBoard(_redis, keys).ApplyAsync([State("t", 4, 1)]);
        var other = new RedisAvailabilityBoard(_redis, keys);
        (await other.ReadAsync(["t"]))["t"].Single().AvailableSpots.ShouldBe(4);
        var position = (await other.ChangesSinceAsync(BoardPosition.Beginning, 10)).Position;
        position.Number.ShouldBe(1);
        (await new RedisAvailabilityBoard(_redis, keys).ChangesSinceAsync(position, 10)).Position.Epoch.ShouldBe(position.Epoch);
    }

    [Fact]
    public async Task A_restart_and_an_emptying_are_new_epochs()
    {
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var redis = server.Connect();
        var board = new RedisAvailabilityBoard(redis, new RedisKeys());
        await board.ApplyAsync([State("t", 4, 1)]);
        var before = (await board.ChangesSinceAsync(BoardPosition.Beginning, 10)).Position;

        await (await redis.DatabaseAsync()).ScriptEvaluateAsync("redis.call('FLUSHALL')");
        var emptied = await board.ChangesSinceAsync(before, 10);
        (emptied.Position.Epoch == before.Epoch, emptied.States.Count, emptied.Position.Number).ShouldBe((false, 0, 0L));

        await server.KillAsync();
        await server.StartAsync();
        await Eventually.ShouldBeTrueAsync(
            async () => (await board.ChangesSinceAsync(emptied.Position, 10)).Position.Epoch != emptied.Position.Epoch);
    }
}
