using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.Extensions.Configuration;
using RealtimeTours.Contracts.Events;
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
        _node = await HubNode.StartAsync(configuration: ("WEBSOCKET_CORS_ORIGIN", $"http://localhost:3000, {Allowed}/, https://münchen.example, " +
            "https://xn--kln-sna.example, capacitor://localhost, Ionic://localhost, http://[::1]:3000, http://plain.example:80"));

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
    [InlineData("https://munchen.example")]
    [InlineData("https://xn--mnchen-3ya.example:8443")]
    [InlineData("http://xn--mnchen-3ya.example")]
    [InlineData("capacitor://tours.example")]
    [InlineData("capacitor://localhost:3000")]
    [InlineData("http://localhost")]
    [InlineData("http://[::1]")]
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
    [InlineData("https://xn--mnchen-3ya.example")]
    [InlineData("https://XN--KLN-SNA.example")]
    [InlineData("capacitor://localhost")]
    [InlineData("ionic://localhost")]
    [InlineData("http://[::1]:3000")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:3000")]
    [InlineData("http://plain.example")]
    [InlineData(null)]
    public async Task Allowed_origins_and_programs_that_are_no_browsers_connect(string? origin)
    {
        foreach (var transport in Transports)
            (await (await _node.ConnectAsync(transport: transport, options: From(origin))).WatchTourAsync("t")).TourId.ShouldBe("t");
    }

    [Theory]
    [InlineData(Allowed)]
    [InlineData("https://xn--mnchen-3ya.example")]
    [InlineData("https://xn--kln-sna.example")]
    [InlineData("capacitor://localhost")]
    [InlineData("http://[::1]:3000")]
    public async Task A_browser_may_negotiate_with_credentials(string origin)
    {
        var preflight = await SendAsync(HttpMethod.Options, "/negotiate?negotiateVersion=1", origin,
            ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,x-requested-with,x-signalr-user-agent"));
        preflight.IsSuccessStatusCode.ShouldBeTrue();
        preflight.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([origin]);
        preflight.Headers.GetValues("Access-Control-Allow-Credentials").ShouldBe(["true"]);
        var negotiate = await SendAsync(HttpMethod.Post, "/negotiate?negotiateVersion=1", origin);
        negotiate.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([origin]);
        negotiate.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await negotiate.Content.ReadAsStringAsync()).ShouldContain("WebSockets");
    }

    [Fact]
    public async Task A_token_must_be_valid_but_none_is_needed()
    {
        var token = _node.Token("anna");
        (await NegotiateAsync("Authorization", $"Bearer {token}")).ShouldBe(HttpStatusCode.OK);
        (await NegotiateAsync("Authorization", $"Bearer {token}x")).ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var notOurs in (string[])["Basic YTpi", "Digest username=\"a\"", "Negotiate YTpi", "Bearer", "Bearer "])
            (await NegotiateAsync("Authorization", notOurs)).ShouldBe(HttpStatusCode.OK, notOurs);
        (await SendAsync(HttpMethod.Post, $"/negotiate?negotiateVersion=1&access_token={token}", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Post, "/negotiate?negotiateVersion=1&access_token=forged", null))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <summary>What a browser behind such a proxy sends: the proxy's credentials with everything, a token only in the address.</summary>
    [Fact]
    public async Task Behind_a_proxy_with_Basic_auth_visitors_watch_and_users_get_their_events()
    {
        static void Basic(HttpConnectionOptions http) => http.Headers["Authorization"] = "Basic YTpi";
        foreach (var transport in Transports)
            (await (await _node.ConnectAsync(transport: transport, options: Basic)).WatchTourAsync("t")).TourId.ShouldBe("t");
        using var anna = await HubSocket.OpenAsync(_node.Address, _node.Token("anna"), authorization: "Basic YTpi");
        await anna.CallAsync("1", "WatchTour", """["t"]""");
        await anna.ReadUntilAsync("\"result\"");
        await _node.PublishAsync(EventTypes.BookingConfirmed, new BookingPlaced("b1", "t", "anna", States.Departure, 2, 80, "EUR"));
        await anna.ReadUntilAsync("\"bookingId\":\"b1\"");
        (await Should.ThrowAsync<WebSocketException>(() => HubSocket.OpenAsync(_node.Address, "forged", authorization: "Basic YTpi")))
            .Message.ShouldContain("401");
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://*.tours.example")]
    [InlineData("wss://tours.example")]
    [InlineData("capacitor://")]
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
