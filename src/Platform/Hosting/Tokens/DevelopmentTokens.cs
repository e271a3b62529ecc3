using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting;

/// <summary>Signs tokens for the demo pages with the first configured key. Used in Development alone.</summary>
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

    /// <returns>A signed token, or null where no signing key of ours is configured (an identity provider signs instead).</returns>
    public string? Sign(string userId, IEnumerable<string> roles)
    {
        if (_settings.Keys is not [var key, ..]) return null;
        var now = _time.GetUtcNow().UtcDateTime;
        var token = new JwtSecurityToken(
            key.Issuer ?? _settings.Issuers.FirstOrDefault(),
            _settings.Audiences.FirstOrDefault(),
            [new Claim("sub", userId), .. roles.Select(role => new Claim("role", role))],
            notBefore: now, expires: now + Lifetime,
            new SigningCredentials(key.Key, SecurityAlgorithms.HmacSha256));
        return new JwtSecurityTokenHandler { MapInboundClaims = false }.WriteToken(token);
    }
}
