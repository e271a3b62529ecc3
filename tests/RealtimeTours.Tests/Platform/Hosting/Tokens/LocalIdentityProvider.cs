using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Hosting.Tokens;

/// <summary>
/// An identity provider on loopback: its discovery document and keys over HTTP (OpenID Connect Discovery 1.0 §4), tokens signed with RS256.
/// </summary>
public sealed class LocalIdentityProvider : IAsyncDisposable
{
    public const string Audience = "tours";

    private readonly int _port = ServerProcess.FreePort();
    private WebApplication? _app;
    private int _keysAsked;

    /// <summary>Ends with a slash, as some providers' issuers do and their customers' settings do not.</summary>
    public string Issuer => $"http://127.0.0.1:{_port}/";

    public RsaSecurityKey Key { get; private set; } = NewKey();

    /// <summary>Settings of a host that trusts it, in the environment's spelling.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["Authentication__Schemes__Bearer__Authority"] = Issuer.TrimEnd('/'),
        ["Authentication__Schemes__Bearer__RequireHttpsMetadata"] = "false",
        ["Authentication__Schemes__Bearer__ValidAudiences__0"] = Audience,
    };

    /// <summary>Starts it where it was before.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Issuer, jwks_uri = $"{Issuer}keys" }));
        _app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref _keysAsked);
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.Rsa.ExportParameters(false)) { KeyId = Key.KeyId });
            return Results.Json(new { keys = new[] { new { kty = key.Kty, use = "sig", alg = "RS256", kid = key.KeyId, n = key.N, e = key.E } } });
        });
        _app.Urls.Add(Issuer);
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>From now on it signs with another key, and publishes only this one.</summary>
    public void RotateKeys() => Key = NewKey();

    /// <summary>As <see cref="RotateKeys"/>, but the new key has the old one's id, as with providers that name their only key "default".</summary>
    public void RotateKeysKeepingTheId() => Key = new RsaSecurityKey(RSA.Create(2048)) { KeyId = Key.KeyId };

    /// <summary>How often somebody has asked for its keys.</summary>
    public int KeysAsked => Volatile.Read(ref _keysAsked);

    /// <summary>A token of an operator for us, good for an hour, but for what a test changes.</summary>
    public string Sign(Action<SecurityTokenDescriptor>? change = null)
    {
        var token = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Claims = new Dictionary<string, object> { ["sub"] = "ada", ["role"] = "operator" },
            Expires = DateTime.UtcNow.AddHours(1),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };
}
