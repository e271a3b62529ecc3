using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.CatalogSync.Import;
using RealtimeTours.Tests.Fuzzing;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>
/// Nearly valid answers about one product of a supplier, over HTTP into a real database: nothing throws, every figure stays within its limits, and
/// the supplier's other product does not notice.
/// </summary>
public abstract class SupplierFuzzSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private const string SupplierId = "acme";

    private static readonly DateTimeOffset Start =
        new(DateTime.SpecifyKind(DateTime.UtcNow.Date.AddDays(30).AddHours(10), DateTimeKind.Utc));

    private static readonly string Boat = SupplierAnswers.Product("boat", "Boat", 1000, ("DEFAULT", "Standard"));
    private static readonly string Kayak = SupplierAnswers.Product("kayak", "Kayak", 1000, ("DEFAULT", "Standard"), ("EVENING", "Evening"));
    private static readonly string Rows = SupplierAnswers.Rows((Start, 7), (Start.AddDays(1), 0), (Start.AddDays(2), 3));

    private static readonly string Tickets = $"[{string.Join(',', Enumerable.Range(0, 3).Select(day => $$"""
        {"id":"{{day}}","localDateTimeStart":"{{Start.AddDays(day):yyyy-MM-dd}}T00:00:00",
         "localDateTimeEnd":"{{Start.AddDays(day + 1):yyyy-MM-dd}}T00:00:00",
         "allDay":true,"status":"LIMITED","vacancies":7,"capacity":20,"openingHours":[{"from":"09:00","to":"24:00"}]}
        """))}]";

    private static readonly string Calendar = $"[{string.Join(',', Enumerable.Range(0, 3).Select(day => $$"""
        {"localDate":"{{Start.AddDays(day):yyyy-MM-dd}}","available":true,"status":"AVAILABLE","vacancies":7,"capacity":20,
         "openingHours":[{"from":"09:00","to":"17:00"}]}
        """))}]";

    private static readonly string Error = """{"error":"INVALID_PRODUCT_ID","errorMessage":"There is none","retryAfter":1,"productId":"kayak"}""";

    private HostileSupplier _supplier = null!;
    private SyncHost _host = null!;
    private readonly List<string> _said = [];
    private NearlyValid? _any; // null for a supplier that is well

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    public async Task InitializeAsync()
    {
        _supplier = await HostileSupplier.StartAsync();
        _supplier.Answer = AnswerAsync;
        _host = await new SyncHost(await NewDatabaseAsync(), [_supplier.Settings(id: SupplierId)]).QuietAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _supplier.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task Whatever_a_supplier_says_of_one_product_nothing_throws_and_no_other_product_changes()
    {
        await RunAsync();
        var tours = await TourIdsAsync();
        tours.Count.ShouldBe(3);
        foreach (var any in new FuzzRun(output).Cases())
        {
            _any = any;
            try
            {
                if (any.OneIn(2)) await RunAsync();
                foreach (var tour in tours) await _host.SyncAsync(tour, SupplierId);
                (await WrongAsync()).ShouldBeEmpty();
                if (any.Number % 50 != 0) continue;
                _any = null; // the supplier recovers
                (await RunAsync()).Error.ShouldBeNull();
                foreach (var tour in tours) await _host.SyncAsync(tour, SupplierId);
                foreach (var tour in tours)
                {
                    var (seats, _, closed, _) = await _host.DepartureAsync(tour, Start);
                    (seats, closed).ShouldBe((7, false), tour);
                }
            }
            catch (Exception e)
            {
                throw new ShouldAssertException($"{any}: {string.Join("\n", _said.TakeLast(6))}\n{e}");
            }
        }
    }

    private Task<ImportOutcome> RunAsync() => _host.Get<ImportSupplier>().RunAsync(_host.Get<ConfiguredSuppliers>().Find(SupplierId)!, default);

    private async Task AnswerAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        var call = context.Request.Path.Value!["/octo/".Length..];
        var about = call == "products" ? "" : JsonDocument.Parse(copy.ToArray()).RootElement.GetProperty("productId").GetString();
        // One generator for all answers of a case, so that they follow from its number alone: the calls come one after another but for the import's.
        byte[] answer;
        lock (_said)
        {
            answer = (_any, call, about) switch
            {
                (null, "products", _) => Encoding.UTF8.GetBytes($"[{Boat},{Kayak}]"),
                (null, _, _) or (_, _, "boat") => Encoding.UTF8.GetBytes(call == "availability" ? Rows : "[]"),
                ({ } any, "products", _) => ProductsOf(any),
                ({ } any, _, _) => any.Bytes(any.Json(any.One<string>(call == "availability" ? [Rows, Rows, Tickets] : [Calendar]))),
            };
            if (_any is { } odd && about != "boat" && call != "products" && odd.OneIn(5))
            {
                context.Response.StatusCode = odd.One([201, 204, 302, 400, 404, 418]);
                if (context.Response.StatusCode >= 300) answer = odd.Bytes(odd.Json(Error));
                if (context.Response.StatusCode == 204) answer = [];
            }
            _said.Add($"{call} {about} → {context.Response.StatusCode} {FuzzRun.Show(Encoding.UTF8.GetString(answer))}");
        }
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(answer);
    }

    // Other damage could make another id of the other product's.
    private static byte[] ProductsOf(NearlyValid any)
    {
        var list = $"[{Boat},{any.Json(Kayak)}]";
        return any.UpTo(9) switch { 0 => any.CutOff(list), 1 => any.NotUtf8(list), _ => Encoding.UTF8.GetBytes(list) };
    }

    private async Task<IReadOnlyList<string>> TourIdsAsync()
    {
        await using var connection = await _host.Database.OpenAsync();
        return (await connection.QueryAsync<string>("SELECT id FROM tours ORDER BY id")).AsList();
    }

    private async Task<IReadOnlyList<string>> WrongAsync()
    {
        await using var connection = await _host.Database.OpenAsync();
        return (await connection.QueryAsync<string>($"""
            SELECT 'departure of ' || tour_id FROM departures
            WHERE capacity > {Limits.MaxCapacity} OR available_spots < 0 OR available_spots > capacity
              OR starts_at > '9001-01-01' OR starts_at < '1900-01-01'
            UNION ALL
            SELECT 'tour ' || id FROM tours
            WHERE price_minor < 0 OR duration_hours <= 0 OR duration_hours > {Limits.MaxTourHours}
              OR length(name) NOT BETWEEN 1 AND {Limits.MaxTourText}
              OR cancellation_days NOT BETWEEN 0 AND {Limits.MaxCancellationDays} OR length(currency) <> 3
            UNION ALL
            SELECT 'the other product' WHERE 3 <> (
              SELECT COUNT(*) FROM departures d JOIN tours t ON t.id = d.tour_id
              WHERE t.supplier_product_id = 'boat' AND d.capacity = 20 AND d.available_spots IN (7, 0, 3) AND NOT d.closed)
            """)).AsList();
    }
}

public sealed class SqliteSupplierFuzzTests(ITestOutputHelper output) : SupplierFuzzSpecs(output)
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(SyncHost.Sqlite(Folder));
}

public sealed class PostgresSupplierFuzzTests(ITestOutputHelper output) : SupplierFuzzSpecs(output)
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => SyncHost.PostgresAsync(Folder);
}
