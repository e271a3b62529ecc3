using System.Net.WebSockets;
using System.Text.Json;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Hosting;

/// <summary>What a host writes to its standard output for each request.</summary>
public sealed class RequestLinesTests
{
    [Fact]
    public async Task A_request_has_one_line_with_its_correlation_id_and_without_its_query()
    {
        await using var web = await StartAsync();
        using var ada = new RestClient(web.Address);
        ada.Http.DefaultRequestHeaders.Add("X-Correlation-Id", "req_line");
        await ada.Http.GetAsync("/api/tours?limit=5");
        await ada.Http.GetAsync("/api/bookings/none");
        await ada.Http.GetAsync("/health/live");
        await ada.Http.GetAsync("/metrics");
        // A browser's token is in the query: one that is refused, and a socket whose line comes when it is closed.
        var hub = new Uri(web.Hub.Replace("http", "ws"));
        using (var refused = new ClientWebSocket()) await Should.ThrowAsync<WebSocketException>(
            () => refused.ConnectAsync(new Uri(hub, "?access_token=a-secret"), default));
        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(new Uri(hub, "?limit=5"), default);
            socket.Abort();
        }

        await Eventually.ShouldBeTrueAsync(() => Lines(web).Count(line => Text(line, "RequestPath") == "/hubs/availability") == 2);
        Lines(web).Where(line => Text(line, "RequestPath") == "/hubs/availability").Select(line => Text(line, "StatusCode")).ShouldBe(["401", "101"]);
        var lines = Lines(web).Where(line => Text(line, "CorrelationId") == "req_line").ToArray();
        lines.Select(line => $"{Text(line, "RequestMethod")} {Text(line, "RequestPath")} {Text(line, "StatusCode")}")
            .ShouldBe(["GET /api/tours 200", "GET /api/bookings/none 401"]);
        lines[0].GetProperty("Properties").GetProperty("Elapsed").GetDouble().ShouldBeGreaterThan(0);
        web.Log.ShouldNotContain("limit=5");
        web.Log.ShouldNotContain("a-secret");
    }

    [Theory]
    [InlineData("Warning", new string[0])]
    [InlineData("Debug", new[] { "/api/tours", "/health/live" })]
    public async Task Its_level_is_set_like_any_other(string level, string[] expected)
    {
        await using var web = await StartAsync(
            ("Logging__LogLevel__Serilog.AspNetCore.RequestLoggingMiddleware", level), ("Logging__LogLevel__RealtimeTours", "Error"));
        using var ada = new RestClient(web.Address);
        ada.Http.DefaultRequestHeaders.Add("X-Correlation-Id", "req_level");
        await ada.Http.GetAsync("/api/tours");
        await ada.Http.GetAsync("/health/live");
        await web.StopAsync(); // then all is written
        Lines(web).Where(line => Text(line, "CorrelationId") == "req_level").Select(line => Text(line, "RequestPath")).ShouldBe(expected);
        Lines(web).ShouldNotContain(
            line => line.GetProperty("Level").GetString() == "Information" && Text(line, "SourceContext").StartsWith("RealtimeTours"));
    }

    private static async Task<HostProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var web = new HostProcess("Web", new Dictionary<string, string>(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["WEBSOCKET_PORT"] = $"{ServerProcess.FreePort()}",
            ["Authentication__Schemes__Bearer__ValidIssuer"] = "lines",
            ["Authentication__Schemes__Bearer__ValidAudiences__0"] = "realtimetours",
            ["Authentication__Schemes__Bearer__SigningKeys__0__Issuer"] = "lines",
            ["Authentication__Schemes__Bearer__SigningKeys__0__Value"] = Convert.ToBase64String(new byte[32]),
        });
        await web.StartAsync();
        return web;
    }

    private static IEnumerable<JsonElement> Lines(HostProcess host) =>
        host.Log.Split('\n').Where(line => line.StartsWith('{') && line.EndsWith('}')).Select(line => JsonDocument.Parse(line).RootElement);

    private static string Text(JsonElement line, string property) =>
        line.GetProperty("Properties").TryGetProperty(property, out var value) ? value.ToString() : "";
}
