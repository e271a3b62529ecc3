using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Departures;

/// <summary>A database of the version before holds, with bookings of every status and a supplier's figure, is brought up to date.</summary>
public abstract class HoldsMigrationSpecs : IDisposable
{
    private static readonly DateTimeOffset Start = TestWeb.InDays(9);

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task Seats_sold_before_are_counted_where_they_are()
    {
        var all = SchemaScripts.In(typeof(EventEnvelope).Assembly);
        var before = SchemaScripts.Core([.. all.InOrder.Where(script => script.Number is < 4 or 10)]);
        await using var host = new StorageHost(await NewDatabaseAsync());
        Task MigrateAsync(SchemaScripts scripts) =>
            new SchemaMigrator(host.Database, [scripts], new StorageReadiness(), NullLogger<SchemaMigrator>.Instance).MigrateAsync(default);

        await MigrateAsync(before);
        await host.Database.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync("""
                INSERT INTO tours (id, name, destination, category, duration_hours, price_cents, currency, updated_at)
                  VALUES ('t', 'n', 'd', 'c', 1, 12300, 'JPY', @Start)
                """, new { Start });
            // Ours alone, one a supplier sells too, and one whose supplier has cut the capacity below what we sold.
            foreach (var (day, capacity, available) in new[] { (0, 20, 15), (1, 20, 8), (2, 3, 0), (3, 9, 9) })
                await transaction.ExecuteAsync("""
                    INSERT INTO departures (tour_id, starts_at, capacity, available_spots, version, updated_at)
                      VALUES ('t', @date, @capacity, @available, 7, @Start)
                    """, new { date = Start.AddDays(day), capacity, available, Start });
            foreach (var (id, day, participants, status) in new[]
                { ("a", 0, 3, "confirmed"), ("b", 0, 2, "completed"), ("c", 0, 4, "cancelled"), ("d", 1, 5, "confirmed"), ("e", 2, 4, "confirmed") })
                await transaction.ExecuteAsync("""
                    INSERT INTO bookings (id, tour_id, starts_at, user_id, participants, total_cents, currency, status, created_at)
                    VALUES (@id, 't', @date, 'u', @participants, 12345, @currency, @status, @Start)
                    """, new
                {
                    id, date = Start.AddDays(day), participants, status, Start, currency = id switch { "a" => "EUR", "b" => "KWD", _ => "JPY" },
                });
        });
        await MigrateAsync(all);

        await using var connection = await host.Database.OpenAsync();
        (await connection.QueryAsync<(int, int, int, int, int, int, long)>(
                "SELECT capacity, available_spots, confirmed, held, sold_elsewhere, overbooked, version FROM departures ORDER BY starts_at"))
            .ShouldBe([(20, 15, 5, 0, 0, 0, 7), (20, 8, 5, 0, 7, 0, 7), (4, 0, 4, 0, 0, 1, 7), (9, 9, 0, 0, 0, 0, 7)]);
        // Money was in hundredths and is in minor units of its currency.
        (await connection.ExecuteScalarAsync<long>("SELECT price_minor FROM tours")).ShouldBe(123);
        (await connection.QueryAsync<long>("SELECT total_minor FROM bookings ORDER BY id")).ShouldBe([12345, 123450, 123, 123, 123]);
        (await BookingInvariants.BrokenAsync(host.Database)).ShouldBeEmpty();
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteHoldsMigrationTests : HoldsMigrationSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresHoldsMigrationTests : HoldsMigrationSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);
}
