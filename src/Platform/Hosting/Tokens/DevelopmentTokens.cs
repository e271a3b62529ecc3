using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>Signs tokens for the demo pages with the first configured key. Development only.</summary>
public sealed class DevelopmentTokens
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    private readonly TokenSettings _settings;
    private readonly TimeProvider _time;

    internal DevelopmentTokens(TokenSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
    }

    /// <returns>A signed token, or null if no signing key is configured because an identity provider signs.</returns>
    public string? Sign(string userId, IEnumerable<string> roles)
    {
        if (_settings.Keys is not [var key, ..]) return null;
        var now = _time.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = key.Issuer,
            Audience = _settings.Audiences[0],
            Claims = new Dictionary<string, object> { ["sub"] = userId, ["role"] = roles.ToArray() },
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            SigningCredentials = new SigningCredentials(key.Key, SecurityAlgorithms.HmacSha256),
        });
    }
}
