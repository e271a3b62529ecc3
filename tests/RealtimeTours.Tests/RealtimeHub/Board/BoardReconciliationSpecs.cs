using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub.Board;

public abstract class BoardReconciliationSpecs
{
    private protected abstract Task<PlatformSettings> SettingsAsync();

    [Fact]
    public async Task Every_departure_of_the_database_gets_onto_the_board_and_corrects_older_figures_only()
    {
        await using var storage = await new StorageHost(await SettingsAsync()).ReadyAsync();
        var tours = Enumerable.Range(0, 120).Select(i => $"tour-{i}").ToArray(); // more than a page
        await storage.Database.InTransactionAsync(async write =>
        {
            foreach (var id in tours)
            {
                await write.ExecuteAsync("""
                    INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, updated_at)
                    VALUES (@id, 'n', 'd', 'c', 1, 1, 'EUR', @now)
                    """, new { id, now = States.Noon });
                foreach (var day in new[] { 0, 1 })
                    await write.ExecuteAsync("""
                        INSERT INTO departures (tour_id, starts_at, capacity, available_spots, sold_elsewhere, closed_by_operator, version,
                          updated_at)
                        VALUES (@id, @starts, 20, @spots, 20 - @spots, @closed, 5, @now)
                        """, new { id, starts = States.Departure.AddDays(day), spots = 3 + day, closed = day == 1, now = States.Noon });
            }
        });
        var board = new MemoryAvailabilityBoard();
        await board.ApplyAsync([States.State("tour-7", 1, 6), States.State("tour-8", 9, 4)]);

        await new BoardReconciliation(
            storage.Database, storage.Get<StorageReadiness>(), board, new BoardCopy(), new BoardHealth(), Options.Create(new RealtimeHubOptions()),
            TimeProvider.System,
            NullLogger<BoardReconciliation>.Instance).ReconcileAsync(default);

        var read = await board.ReadAsync(tours);
        read.Count.ShouldBe(tours.Length);
        read["tour-7"].Select(s => s.AvailableSpots).ShouldBe([1, 4]);
        read["tour-8"].Select(s => s.AvailableSpots).ShouldBe([3, 4]);
        var state = read["tour-119"][1];
        (state.Date, state.Capacity, state.Status, state.Version, state.Timestamp)
            .ShouldBe((States.Departure.AddDays(1), 20, "closed", 5, States.Noon));
    }
}

public sealed class SqliteBoardReconciliationTests : BoardReconciliationSpecs
{
    private protected override Task<PlatformSettings> SettingsAsync() => Task.FromResult(HubNode.Embedded());
}

public sealed class PostgresBoardReconciliationTests : BoardReconciliationSpecs
{
    private protected override async Task<PlatformSettings> SettingsAsync() =>
        HubNode.Embedded() with { DatabaseUrl = await (await SharedServers.Postgres).CreateDatabaseAsync() };
}
