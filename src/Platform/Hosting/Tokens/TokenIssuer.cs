using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>Signs tokens with the first configured key, the one that hub and Web trust.</summary>
public sealed class TokenIssuer
{
    public const string GenerationClaim = "generation";

    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(8);

    private readonly TokenSettings _settings;
    private readonly TimeProvider _time;

    internal TokenIssuer(TokenSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
    }

    /// <summary>Whether accounts are kept here: there is a key to sign with, and no identity provider that keeps them.</summary>
    public bool KeepsAccounts => _settings.Keys.Count > 0 && !_settings.HasProvider;

    /// <param name="lifetime">At most <see cref="LongestLifetime"/>.</param>
    /// <returns>Null if no signing key is configured because an identity provider signs.</returns>
    public SignedToken? Sign(string userId, IEnumerable<string> roles, TimeSpan lifetime, string? name = null, long generation = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, LongestLifetime);
        if (_settings.Keys is not [var key, ..]) return null;
        var now = DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds()); // a token's times are whole seconds
        var claims = new Dictionary<string, object> { ["sub"] = userId, ["role"] = roles.ToArray() };
        if (name is not null) claims["name"] = name;
        if (generation > 0) claims[GenerationClaim] = generation;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = key.Issuer,
            Audience = _settings.Audiences[0],
            Claims = claims,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(key.Key, SecurityAlgorithms.HmacSha256),
        });
        return new SignedToken(token, now + lifetime);
    }
}

public sealed record SignedToken(string Token, DateTimeOffset ExpiresAt);
