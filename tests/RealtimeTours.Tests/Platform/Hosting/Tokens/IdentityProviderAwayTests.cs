using System.Net;
using System.Net.Sockets;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.RealtimeHub;

namespace RealtimeTours.Tests.Platform.Hosting.Tokens;

/// <summary>What becomes of a provider's tokens while it is away, is found elsewhere, or changes its keys.</summary>
public sealed class IdentityProviderAwayTests : IAsyncLifetime
{
    private readonly LocalIdentityProvider _provider = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public async Task Down_at_start_its_tokens_are_refused_and_taken_once_it_is_back()
    {
        await using var rest = await TokenHost.StartAsync(Trusting(LocalIdentityProvider.Audience));
        await using var hub = await HubNode.StartAsync(configuration: Trusting("tests", "Authentication:Schemes:Bearer:"));
        foreach (var ask in (Func<Task<HttpStatusCode>>[])[
            () => rest.AskAsync(_provider.Sign()), () => NegotiateAsync(hub, _provider.Sign(token => token.Audience = "tests"))])
        {
            (await ask()).ShouldBe(HttpStatusCode.Unauthorized);
            await _provider.StartAsync();
            await Eventually.ShouldBeTrueAsync(async () => await ask() == HttpStatusCode.OK);
            // What it said is remembered.
            await _provider.StopAsync();
            (await ask()).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task One_that_never_answers_costs_its_time_limit_and_no_more()
    {
        using var silent = new TcpListener(IPAddress.Loopback, new Uri(_provider.Issuer).Port);
        silent.Start();
        await using var host = await TokenHost.StartAsync([.. Trusting(LocalIdentityProvider.Audience), ("BackchannelTimeout", "00:00:00.500")]);
        // unconfigured it is a minute
        (await host.AskAsync(_provider.Sign()).WaitAsync(TimeSpan.FromSeconds(50))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task New_keys_are_looked_up_when_a_token_names_one()
    {
        await _provider.StartAsync();
        await using var host = await TokenHost.StartAsync([.. Trusting(LocalIdentityProvider.Audience), ("RefreshInterval", "00:00:01")]);
        (await host.AskAsync(_provider.Sign())).ShouldBe(HttpStatusCode.OK);
        for (var rotation = 0; rotation < 2; rotation++)
        {
            _provider.RotateKeys();
            await Eventually.ShouldBeTrueAsync(async () => await host.AskAsync(_provider.Sign()) == HttpStatusCode.OK);
        }
        (await host.AskAsync(BadTokens.All["signed with a key nobody knows"](_provider))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_new_key_under_its_old_id_is_found_without_a_restart()
    {
        await _provider.StartAsync();
        await using var rest = await TokenHost.StartAsync([.. Trusting(LocalIdentityProvider.Audience), ("RefreshInterval", "00:00:02")]);
        await using var hub = await HubNode.StartAsync(configuration:
            [.. Trusting("tests", "Authentication:Schemes:Bearer:"), ("Authentication:Schemes:Bearer:RefreshInterval", "00:00:02")]);
        foreach (var ask in (Func<Task<HttpStatusCode>>[])[
            () => rest.AskAsync(_provider.Sign()), () => NegotiateAsync(hub, _provider.Sign(token => token.Audience = "tests"))])
        {
            (await ask()).ShouldBe(HttpStatusCode.OK);
            _provider.RotateKeysKeepingTheId();
            (await ask()).ShouldBe(HttpStatusCode.OK, "the first token of the new key, or its visitor would be signed out");
            _provider.RotateKeysKeepingTheId();
            await Eventually.ShouldBeTrueAsync(async () => await ask() == HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task However_many_tokens_strangers_sign_the_provider_is_asked_once_in_a_while()
    {
        await _provider.StartAsync();
        await using var host = await TokenHost.StartAsync([.. Trusting(LocalIdentityProvider.Audience), ("RefreshInterval", "01:00:00")]);
        (await host.AskAsync(_provider.Sign())).ShouldBe(HttpStatusCode.OK);
        foreach (var kind in new[] { "signed with another key of the same id", "signed with a key nobody knows" })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.AskAsync(BadTokens.All[kind](_provider))));
            answers.ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        }
        _provider.KeysAsked.ShouldBeLessThanOrEqualTo(2, "at the start, and for the first of them");
        (await host.AskAsync(_provider.Sign())).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Authority", "")]
    [InlineData("Authority", "/")]
    [InlineData("MetadataAddress", "/.well-known/openid-configuration")]
    public async Task Its_issuer_is_the_discovery_documents_however_it_is_found(string setting, string path)
    {
        await _provider.StartAsync();
        await using var host = await TokenHost.StartAsync(
            (setting, _provider.Issuer.TrimEnd('/') + path), ("RequireHttpsMetadata", "false"), ("ValidAudience", LocalIdentityProvider.Audience));
        (await host.AskAsync(_provider.Sign())).ShouldBe(HttpStatusCode.OK);
        (await host.AskAsync(_provider.Sign(token => token.Issuer = _provider.Issuer.TrimEnd('/')))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private (string, string)[] Trusting(string audience, string section = "") =>
        [($"{section}Authority", _provider.Issuer), ($"{section}RequireHttpsMetadata", "false"), ($"{section}ValidAudience", audience)];

    private static async Task<HttpStatusCode> NegotiateAsync(HubNode hub, string token)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync($"{hub.Address}{HubContract.Path}/negotiate?negotiateVersion=1&access_token={token}", null);
        return answer.StatusCode;
    }
}
