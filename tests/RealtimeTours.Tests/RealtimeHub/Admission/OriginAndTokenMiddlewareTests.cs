using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.Extensions.Configuration;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.RealtimeHub.Admission;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

public sealed class OriginAndTokenMiddlewareTests : IAsyncLifetime
{
    private const string Allowed = "https://tours.example";
    private readonly HttpClient _http = new();
    private HubNode _node = null!;

    public async Task InitializeAsync() =>
        _node = await HubNode.StartAsync(configuration: ("WEBSOCKET_CORS_ORIGIN", $"http://localhost:3000, {Allowed}/"));

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://tours.example.evil.example")]
    [InlineData("http://tours.example")]
    [InlineData("https://tours.example:8443")]
    [InlineData("null")]
    public async Task A_browser_of_another_origin_is_refused_before_the_socket_opens(string origin)
    {
        (await Should.ThrowAsync<WebSocketException>(() => HubSocket.OpenAsync(_node.Address, origin: origin))).Message.ShouldContain("403");
        foreach (var transport in Transports)
            (await Should.ThrowAsync<HttpRequestException>(() => _node.ConnectAsync(transport: transport, options: From(origin))))
                .StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(HttpMethod.Post, "/negotiate?negotiateVersion=1", origin)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        _node.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData(Allowed)]
    [InlineData("HTTPS://Tours.Example:443")]
    [InlineData(null)]
    public async Task Allowed_origins_and_programs_that_are_no_browsers_connect(string? origin)
    {
        foreach (var transport in Transports)
            (await (await _node.ConnectAsync(transport: transport, options: From(origin))).WatchTourAsync("t")).TourId.ShouldBe("t");
    }

    [Fact]
    public async Task A_browser_may_negotiate_with_credentials()
    {
        var preflight = await SendAsync(HttpMethod.Options, "/negotiate?negotiateVersion=1", Allowed,
            ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,x-requested-with,x-signalr-user-agent"));
        preflight.IsSuccessStatusCode.ShouldBeTrue();
        preflight.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Allowed]);
        preflight.Headers.GetValues("Access-Control-Allow-Credentials").ShouldBe(["true"]);
        var negotiate = await SendAsync(HttpMethod.Post, "/negotiate?negotiateVersion=1", Allowed);
        negotiate.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await negotiate.Content.ReadAsStringAsync()).ShouldContain("WebSockets");
    }

    [Fact]
    public async Task A_token_must_be_valid_but_none_is_needed()
    {
        var token = _node.Token("anna");
        (await NegotiateAsync("Authorization", $"Bearer {token}")).ShouldBe(HttpStatusCode.OK);
        (await NegotiateAsync("Authorization", $"Bearer {token}x")).ShouldBe(HttpStatusCode.Unauthorized);
        (await NegotiateAsync("Authorization", "Basic YTpi")).ShouldBe(HttpStatusCode.OK); // a proxy's, not ours
        (await SendAsync(HttpMethod.Post, $"/negotiate?negotiateVersion=1&access_token={token}", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Post, "/negotiate?negotiateVersion=1&access_token=forged", null))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("localhost:3000")]
    [InlineData("https://tours.example/path")]
    [InlineData("http://localhost:3000,ftp://x")]
    public void An_origin_that_is_none_stops_the_start(string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("WebSocket:CorsOrigin", value)]).Build();
        Should.Throw<InvalidSettingException>(() => AllowedOrigins.Read(configuration)).Message.ShouldContain("WEBSOCKET_CORS_ORIGIN");
    }

    private static HttpTransportType[] Transports =>
        [HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling];

    private static Action<HttpConnectionOptions>? From(string? origin) => origin is null ? null : http => http.Headers["Origin"] = origin;

    private async Task<HttpStatusCode> NegotiateAsync(string header, string value) =>
        (await SendAsync(HttpMethod.Post, "/negotiate?negotiateVersion=1", null, (header, value))).StatusCode;

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? origin, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, _node.Address + HubContract.Path + path);
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return _http.SendAsync(request);
    }
}
