using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>What every token must have, whatever is configured: its own issuer's signature, our audience, and a future expiry.</summary>
internal static class TokenRules
{
    public static TokenValidationParameters Of(TokenSettings tokens) => new()
    {
        // An identity provider's issuer is valid too: JwtBearer compares it with the discovery document.
        ValidateIssuer = true,
        ValidIssuers = tokens.Issuers,
        // An identity provider's keys sign tokens for many applications; only the audience tells which are for us.
        ValidateAudience = true,
        ValidAudiences = tokens.Audiences,
        IssuerSigningKeyResolverUsingConfiguration = (_, token, _, _, provider) => KeysFor(token.Issuer, tokens, provider),
        TryAllIssuerSigningKeys = false, // else keys of other issuers are tried
        ValidateIssuerSigningKey = true,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ClockSkew = tokens.ClockSkew,
        NameClaimType = "sub",
        RoleClaimType = "role",
    };

    // A key of one issuer must not sign for another. The provider's keys are valid for its own issuer, and for a ValidIssuer without a key in
    // the settings: some providers (Entra ID's v1 tokens) name another issuer in their tokens than in their discovery document.
    private static SecurityKey[] KeysFor(string issuer, TokenSettings tokens, BaseConfiguration? provider)
    {
        SecurityKey[] own = [.. tokens.Keys.Where(key => key.Issuer == issuer).Select(key => key.Key)];
        return provider is null || (own.Length > 0 && issuer != provider.Issuer) ? own : [.. own, .. provider.SigningKeys];
    }
}
