using System.Net;
using System.Net.WebSockets;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.RealtimeHub.Admission;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Hosting.Tokens;

/// <summary>
/// Hosts as an operator runs them that know of an identity provider its <c>Authority</c> and the audience, no more: the whole system in one process
/// in Development, Web and the hub as processes of their own in Production. Who may come in is the same at each target.
/// </summary>
public sealed class IdentityProviderTests(IdentityProviderTests.Fixture fixture) : IClassFixture<IdentityProviderTests.Fixture>
{
    public static TheoryData<string> Bad => [.. BadTokens.All.Keys];

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_token_is_refused_by_REST_and_hub(string kind)
    {
        foreach (var target in fixture.Targets)
        {
            var token = BadTokens.All[kind](fixture.Provider);
            (await target.RestAsync(("Authorization", $"Bearer {token}"))).ShouldBe(HttpStatusCode.Unauthorized, target.Rest);
            (await target.NegotiateAsync("", ("Authorization", $"Bearer {token}"))).ShouldBe(HttpStatusCode.Unauthorized, target.Hub);
            (await target.NegotiateAsync($"&access_token={token}")).ShouldBe(HttpStatusCode.Unauthorized, target.Hub);
            (await Should.ThrowAsync<WebSocketException>(() => HubSocket.OpenAsync(target.Hub, token))).Message.ShouldContain("401");
        }
    }

    [Theory]
    [InlineData("Bearer", false)]
    [InlineData("bearer", false)]
    [InlineData("Bearer", true)]
    public async Task A_token_for_us_comes_in(string scheme, bool amongOthers)
    {
        var token = fixture.Provider.Sign(token =>
        {
            if (amongOthers) token.Audiences.Add("another application");
        });
        foreach (var target in fixture.Targets)
        {
            (await target.RestAsync(("Authorization", $"{scheme} {token}"))).ShouldBe(HttpStatusCode.OK, target.Rest);
            (await target.NegotiateAsync("", ("Authorization", $"{scheme} {token}"))).ShouldBe(HttpStatusCode.OK, target.Hub);
            await using var client = await HubClient.ConnectAsync(target.Hub, token);
            (await client.WatchTourAsync("nowhere")).Departures.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Clocks_may_differ_by_five_minutes()
    {
        foreach (var target in fixture.Targets)
        foreach (var token in new[]
        {
            fixture.Provider.Sign(token => token.Expires = DateTime.UtcNow.AddMinutes(-4)),
            fixture.Provider.Sign(token => token.NotBefore = DateTime.UtcNow.AddMinutes(4)),
        })
        {
            (await target.RestAsync(("Authorization", $"Bearer {token}"))).ShouldBe(HttpStatusCode.OK, target.Rest);
            await using var client = await HubClient.ConnectAsync(target.Hub, token);
            (await client.WatchTourAsync("nowhere")).Departures.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_header_of_another_scheme_is_not_ours()
    {
        (string, string) basic = ("Authorization", "Basic YTpi");
        var forged = BadTokens.All["for another application"](fixture.Provider);
        foreach (var target in fixture.Targets)
        {
            (await target.RestAsync(basic)).ShouldBe(HttpStatusCode.Unauthorized); // anonymous
            (await target.GetAsync("/api/tours", basic)).ShouldBe(HttpStatusCode.OK);
            (await target.NegotiateAsync("", basic)).ShouldBe(HttpStatusCode.OK);
            (await target.NegotiateAsync($"&access_token={fixture.Provider.Sign()}", basic)).ShouldBe(HttpStatusCode.OK);
            (await target.NegotiateAsync($"&access_token={forged}", basic)).ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Only_the_hub_takes_a_token_from_the_query()
    {
        foreach (var target in fixture.Targets)
            (await target.GetAsync($"/api/bookings?access_token={fixture.Provider.Sign()}")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_that_names_no_user_opens_nothing_that_is_a_users()
    {
        var token = fixture.Provider.Sign(token => token.Claims.Remove("sub"));
        foreach (var target in fixture.Targets) (await target.RestAsync(("Authorization", $"Bearer {token}"))).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Nobody_but_the_provider_signs()
    {
        using var http = new HttpClient();
        foreach (var target in fixture.Targets)
            (await http.PostAsync($"{target.Rest}/api/dev/token", new StringContent("""{"userId":"ada"}""", null, "application/json"))).StatusCode
                .ShouldBe(target.Production ? HttpStatusCode.NotFound : HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task No_token_reaches_a_log()
    {
        string[] tokens = [fixture.Provider.Sign(), BadTokens.All["for another application"](fixture.Provider)];
        foreach (var target in fixture.Targets)
        foreach (var token in tokens)
        {
            await target.RestAsync(("Authorization", $"Bearer {token}"));
            await target.NegotiateAsync($"&access_token={token}");
        }
        foreach (var host in fixture.Hosts)
        {
            await Eventually.ShouldBeTrueAsync(() => host.Log.Contains("IDX10214")); // "Audience validation failed": the log is on
            foreach (var token in tokens) (host.Log + host.Errors).ShouldNotContain(token.Split('.')[2]);
        }
    }

    public sealed record Target(string Rest, string Hub, bool Production)
    {
        /// <summary>What an operator alone may read.</summary>
        public Task<HttpStatusCode> RestAsync(params (string, string)[] headers) => GetAsync("/api/operations/suppliers", headers);

        public Task<HttpStatusCode> GetAsync(string path, params (string, string)[] headers) => SendAsync(HttpMethod.Get, Rest + path, headers);

        public Task<HttpStatusCode> NegotiateAsync(string query, params (string, string)[] headers) =>
            SendAsync(HttpMethod.Post, $"{Hub}{HubContract.Path}/negotiate?negotiateVersion=1{query}", headers);

        private static async Task<HttpStatusCode> SendAsync(HttpMethod method, string address, (string Name, string Value)[] headers)
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(method, address);
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly List<HostProcess> _hosts = [];

        public IReadOnlyList<HostProcess> Hosts => _hosts;

        public LocalIdentityProvider Provider { get; } = new();

        public IReadOnlyList<Target> Targets { get; private set; } = [];

        public async Task InitializeAsync()
        {
            await Provider.StartAsync();
            var hubPort = ServerProcess.FreePort();
            var everything = Host("Web", new() { ["WEBSOCKET_PORT"] = $"{hubPort}" });
            var servers = new Dictionary<string,
                string>((await ServerSettings.OnSharedServersAsync()).WithoutTokens()) { ["ASPNETCORE_ENVIRONMENT"] = "Production" };
            var (web, hub) = (Host("Web", servers), Host("RealtimeHub", servers));
            await Task.WhenAll(_hosts.Select(host => host.StartAsync()));
            Targets = [new Target(everything.Address, $"http://127.0.0.1:{hubPort}", false), new Target(web.Address, hub.Address, true)];
        }

        public async Task DisposeAsync()
        {
            foreach (var host in _hosts) await host.DisposeAsync();
            await Provider.DisposeAsync();
        }

        private HostProcess Host(string project, Dictionary<string, string> settings)
        {
            settings["Logging__LogLevel__Microsoft.AspNetCore.Authentication"] = "Debug"; // says why a token is refused
            var host = new HostProcess(project, settings.Concat(Provider.Settings).ToDictionary());
            _hosts.Add(host);
            return host;
        }
    }
}
