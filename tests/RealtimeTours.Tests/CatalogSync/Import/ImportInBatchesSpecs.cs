using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.CatalogSync.Suppliers;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.CatalogSync.Import;

/// <summary>A product with more departures than fit into one statement (65,535 arguments in PostgreSQL, 32,766 in SQLite).</summary>
public abstract class ImportInBatchesSpecs(ITestOutputHelper output) : IDisposable
{
    private const int Departures = 12_000;
    private static readonly DateTimeOffset First = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddDays(10).AddHours(9);

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task A_product_with_thousands_of_departures_is_imported_and_holds_up_nobody()
    {
        await using var supplier = await HostileSupplier.StartAsync();
        supplier.Answer = Answering("bus");
        await using var host = await new SyncHost(await NewDatabaseAsync(), [supplier.Settings(id: "acme")]).QuietAsync();
        Task<ImportOutcome> ImportAsync() => host.Get<ImportSupplier>().RunAsync(host.Get<ConfiguredSuppliers>().Find("acme")!, default);
        Task<long> CountAsync(string what) =>
            host.Database.InTransactionAsync(transaction => transaction.FirstOrDefaultAsync<long>($"SELECT COUNT(*) FROM {what}"));

        var (import, longest, writes) = (ImportAsync(), TimeSpan.Zero, 0);
        for (; !import.IsCompleted; writes++)
        {
            var started = Stopwatch.GetTimestamp();
            // Anybody's write.
            await host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("UPDATE supplier_imports SET failed = failed"));
            var took = Stopwatch.GetElapsedTime(started);
            longest = took > longest ? took : longest;
        }
        (await import).ShouldBe(new ImportOutcome(1, 0, 0, 0, null));
        (await CountAsync("departures WHERE tour_id = 'acme-bus'")).ShouldBe(Departures);
        (await CountAsync("outbox WHERE event_type = 'tour.availability.synced'")).ShouldBe(Departures);
        writes.ShouldBeGreaterThan(Departures / 200, "between two batches a write gets its turn");
        output.WriteLine($"the longest of {writes} writes waited {longest.TotalMilliseconds:F0} ms");

        (await ImportAsync()).ShouldBe(new ImportOutcome(0, 0, 0, 0, null));
        supplier.Answer = Answering("other");
        (await ImportAsync()).Closed.ShouldBe(1);
        (await CountAsync("departures WHERE tour_id = 'acme-bus' AND NOT closed")).ShouldBe(0);
    }

    private static Func<HttpContext, Task> Answering(string product) => context => context.Response.WriteAsync(
        context.Request.Path.Value!.EndsWith("/products", StringComparison.Ordinal)
            ? $"[{SupplierAnswers.Product(product, product, 4_950, ("DEFAULT", "Standard"))}]"
            : JsonSerializer.Serialize(Enumerable.Range(0, Departures).Select(n => new
            {
                id = $"{n}", localDateTimeStart = $"{First.AddMinutes(n):yyyy-MM-ddTHH:mm:ss}Z", status = "AVAILABLE", vacancies = 5, capacity = 9,
            })));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

public sealed class SqliteImportInBatchesTests(ITestOutputHelper output) : ImportInBatchesSpecs(output)
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(SyncHost.Sqlite(Folder));
}

public sealed class PostgresImportInBatchesTests(ITestOutputHelper output) : ImportInBatchesSpecs(output)
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => SyncHost.PostgresAsync(Folder);
}
