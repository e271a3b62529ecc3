using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>
/// A real OCTO server over HTTP with products and rows as a test writes them. It answers for the days asked, and counts days as it writes them.
/// </summary>
internal sealed class HandwrittenSupplier : IAsyncDisposable
{
    public const string Id = "acme";

    private readonly HostileSupplier _server;

    private HandwrittenSupplier(HostileSupplier server) => _server = server;

    /// <summary>Product id to its rows, each a JSON object.</summary>
    public Dictionary<string, string[]> Rows { get; } = [];

    /// <summary>What stands in every answer before the rows, whatever days were asked for.</summary>
    public string[] Always { get; set; } = [];

    /// <summary>Rows of <c>/availability/calendar</c>; null for a supplier that has no such call.</summary>
    public string[]? Calendar { get; set; }

    /// <summary>What happens elsewhere between a question and its answer.</summary>
    public Func<Task> WhileAsked { get; set; } = () => Task.CompletedTask;

    public string? TimeZone { get; set; } = "Europe/Berlin";

    public int Status { get; set; } = 200;

    /// <summary>Every question about availability: the call, the product, the first and the last day.</summary>
    public ConcurrentQueue<(string Call, string Product, string From, string To)> Asked { get; } = [];

    public SupplierSettings Settings => new()
    {
        Id = Id, Url = _server.Address, ApiKey = HostileSupplier.ApiKey, Retries = 0, ImportDays = 365,
    };

    public static async Task<HandwrittenSupplier> StartAsync()
    {
        var supplier = new HandwrittenSupplier(await HostileSupplier.StartAsync());
        supplier._server.Answer = supplier.AnswerAsync;
        return supplier;
    }

    /// <param name="start">As <c>localDateTimeStart</c>.</param>
    /// <param name="fields">Further fields with a comma before them.</param>
    public static string Row(string start, string status, int? vacancies = null, string fields = "") => $$"""
        {"id":"{{start}}","localDateTimeStart":"{{start}}","status":"{{status}}","vacancies":{{vacancies?.ToString() ?? "null"}}{{fields}}}
        """;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        var call = context.Request.Path.Value!["/octo/".Length..];
        if (call == "products")
        {
            await context.Response.WriteAsync($"[{string.Join(",", Rows.Keys.Select(Product))}]");
            return;
        }
        var asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var (product, from, to) = (Text("productId"), Text("localDateStart"), Text("localDateEnd"));
        Asked.Enqueue((call, product, from, to));
        await WhileAsked();
        var isCalendar = call == "availability/calendar";
        if (isCalendar && Calendar is null) context.Response.StatusCode = 404;
        var rows = isCalendar ? Calendar ?? [] : Rows[product];
        await context.Response.WriteAsync($"[{string.Join(",", Always.Concat(rows.Where(row => IsAskedFor(row, from, to))))}]");

        string Text(string name) => asked.GetProperty(name).GetString()!;
    }

    private static bool IsAskedFor(string row, string from, string to)
    {
        using var json = JsonDocument.Parse(row);
        var day = (json.RootElement.TryGetProperty("localDate", out var date) ? date : json.RootElement.GetProperty("localDateTimeStart"))
            .GetString()![..10];
        return string.CompareOrdinal(day, from) >= 0 && string.CompareOrdinal(day, to) <= 0;
    }

    private string Product(string id) => JsonSerializer.Serialize(new
    {
        id, internalName = $"Product {id}", timeZone = TimeZone, defaultCurrency = "EUR",
        options = new[]
        {
            new { id = $"{id}/one way", internalName = "Standard", @default = true,
                units = new[] { new { id = "adult", type = "ADULT", pricingFrom = new[] { new { retail = 1000, currency = "EUR" } } } } },
        },
    });
}
