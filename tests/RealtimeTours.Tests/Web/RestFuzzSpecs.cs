using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.EventLog;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Fuzzing;
using RealtimeTours.Tests.Platform.Storage;
using RealtimeTours.Web;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Web;

/// <summary>
/// Every call that the OpenAPI document lists, with nearly valid paths, queries, headers and bodies. New calls are in it by themselves.
/// </summary>
public abstract class RestFuzzSpecs(TestWeb web, ITestOutputHelper output)
{
    private const int BatchSize = 200;

    // Not in the document: for the payment provider alone.
    private static readonly RestOperation Webhook = new(
        HttpMethod.Post, ReceiveWebhook.Path, [], """{"paymentId":"pay_1","outcome":"succeeded","reason":null}""");

    [Fact]
    public async Task No_request_is_answered_with_a_fault_of_the_server_and_every_refusal_says_why()
    {
        var date = TestWeb.InDays(30);
        var fuzzed = await web.AddTourAsync(departures: (date, 1_000, 1_000));
        var spared = await web.AddTourAsync(departures: (date, 100_000, 100_000));
        using var ann = web.SignedIn("ann", "operator", "guide");
        var booking = (await ann.BookAsync(fuzzed, date, 1)).Booking.Id;
        var operations = RestOperation.AllOf(JsonDocument.Parse(await ann.GetStringAsync("/openapi/v1.json")).RootElement, Known(fuzzed, date))
            .Append(Webhook).ToArray();
        operations.ShouldContain(operation => operation.Body != null && operation.Path == "/api/bookings");
        var answers = new ConcurrentDictionary<(string, int), int>();
        foreach (var batch in new FuzzRun(output).Cases().Chunk(BatchSize))
        {
            await Parallel.ForEachAsync(batch, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (any, _) =>
            {
                var operation = any.One(operations);
                var status = await SendAsync(any, operation, operation.Path.StartsWith("/api/tours", StringComparison.Ordinal) ? fuzzed : booking);
                answers.AddOrUpdate(($"{operation.Method} {operation.Path}", status), 1, (_, count) => count + 1);
            });
            (await ann.BookAsync(spared, date, 1)).Status.ShouldBe(201);
            (await ann.GetAnswerAsync($"/api/tours/{spared}")).Status.ShouldBe(200);
            (await ann.GetAnswerAsync("/api/tours")).Status.ShouldBe(200);
        }
        foreach (var ((operation, status), count) in answers.OrderBy(answer => answer.Key)) output.WriteLine($"{operation}: {count} × {status}");
    }

    private async Task<int> SendAsync(NearlyValid any, RestOperation operation, string id)
    {
        // Limits of calls per minute are per user.
        var user = operation.Path.StartsWith("/api/bookings/", StringComparison.Ordinal) ? "ann" : $"user-{any.Number % 50}";
        using var client = web.SignedIn(user, "operator", "guide");
        client.Timeout = TimeSpan.FromSeconds(60);
        using var request = new HttpRequestMessage(operation.Method, PathOf(any, operation, id));
        if (operation.Body?.Replace("\"kayak\"", operation.Method == HttpMethod.Put ? $"\"{id}\"" : "\"kayak\"") is { } body)
        {
            var bytes = any.OneIn(5) ? Encoding.UTF8.GetBytes(body) : any.Bytes(any.Json(body));
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", any.OneIn(10)
                ? any.One(["text/plain", "application/json; charset=utf-16", "application/json; charset=x", "application/merge-patch+json", ""])
                : "application/json");
            request.Headers.TryAddWithoutValidation(ReceiveWebhook.SignatureHeader,
                MessageSignature.Sign(web.Get<PaymentsSettings>().WebhookSecret, bytes, DateTimeOffset.UtcNow));
        }
        request.Headers.TryAddWithoutValidation("Idempotency-Key", any.OneIn(4) ? Ascii(any.Word()) : $"{any}");
        if (any.OneIn(10))
            request.Headers.TryAddWithoutValidation(any.One(["If-None-Match", "Accept", "X-Correlation-Id", "Range"]), Ascii(any.Word()));
        using var answer = await client.SendAsync(request);
        await CheckAsync(any, request, answer);
        return (int)answer.StatusCode;
    }

    private static async Task CheckAsync(NearlyValid any, HttpRequestMessage request, HttpResponseMessage answer)
    {
        var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        var body = request.Content is null ? "no body" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync());
        var said = $"{any}: {request.Method} {FuzzRun.Show(request.RequestUri!.ToString())} with "
            + $"{FuzzRun.Show(body)} of {request.Content?.Headers.ContentType} → {status} {FuzzRun.Show(text)}";
        status.ShouldBeLessThan(500, said);
        if (status is (int)HttpStatusCode.NoContent or < 400 && text.Length == 0) return;
        if (status < 400)
        {
            JsonDocument.Parse(text).RootElement.ValueKind.ShouldBe(JsonValueKind.Object, said);
            return;
        }
        answer.Content.Headers.ContentType.ShouldNotBeNull(said).MediaType.ShouldBe("application/problem+json", said);
        var problem = JsonDocument.Parse(text).RootElement;
        (problem.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False).ShouldBeTrue(said);
        problem.GetProperty("error").GetString().ShouldNotBeNullOrWhiteSpace(said);
    }

    // Kestrel itself refuses a NUL in a path, before anything of ours.
    private static string PathOf(NearlyValid any, RestOperation operation, string id)
    {
        var parts = operation.Path.Split('/').Select(part => !part.StartsWith('{') ? part
            : any.OneIn(2) ? id : Uri.EscapeDataString(any.Word().Replace("\0", "")));
        var names = operation.Query.Concat(["limit", "cursor", "date", "participants"]).Where(_ => any.OneIn(5)).ToArray();
        return $"{string.Join('/', parts)}?{string.Join('&', names.Select(name => $"{name}={Uri.EscapeDataString(any.Word())}"))}";
    }

    private static string Ascii(string text) => new([.. text.Where(c => c is >= ' ' and <= '~')]);

    private static Dictionary<string, string> Known(string tourId, DateTimeOffset date) => new()
    {
        ["id"] = "\"kayak\"", ["tourId"] = $"\"{tourId}\"", ["date"] = $"\"{date:O}\"", ["currency"] = "\"EUR\"", ["timeZone"] = "\"Europe/Lisbon\"",
        ["paymentMethod"] = "\"pm_card_visa\"", ["roles"] = "[\"guide\"]", ["cancellationFees"] = "[]", ["capacity"] = "1000", ["closed"] = "false",
        ["from"] = $"\"{date:O}\"", ["to"] = $"\"{date:O}\"", ["consumer"] = "\"bookings\"",
    };
}

public sealed class SqliteRestFuzzTests(SqliteRestFuzzTests.Web web, ITestOutputHelper output)
    : RestFuzzSpecs(web, output), IClassFixture<SqliteRestFuzzTests.Web>
{
    public sealed class Web : EveryModuleWeb
    {
        protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
    }
}

public sealed class PostgresRestFuzzTests(PostgresRestFuzzTests.Web web, ITestOutputHelper output)
    : RestFuzzSpecs(web, output), IClassFixture<PostgresRestFuzzTests.Web>
{
    public sealed class Web : EveryModuleWeb
    {
        protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PostgresAsync(folder);
    }
}

/// <summary>With every module but the pages, which answer every other address, and with what the operators' module needs.</summary>
public abstract class EveryModuleWeb : TestWeb
{
    protected override IReadOnlyList<string> Modules => [.. WebModules.All.Select(module => module.Name).Where(name => name != "pages")];

    protected override IReadOnlyList<IModule> FurtherModules => [new EventLog()];

    private sealed class EventLog : IModule
    {
        public string Name => "event_log";

        public void AddTo(IServiceCollection services, IConfiguration configuration) =>
            services.AddEventLog(configuration, services.PlatformSettings());

        public void Map(IEndpointRouteBuilder endpoints)
        {
            // has none of its own
        }
    }
}
