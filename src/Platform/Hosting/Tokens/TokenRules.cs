using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>What makes a token valid, whatever is configured: signed by its own issuer, made for this system, and not expired.</summary>
internal static class TokenRules
{
    public static TokenValidationParameters Of(TokenSettings tokens) => new()
    {
        // An identity provider's issuer counts beside these: JwtBearer compares with its discovery document.
        ValidateIssuer = true,
        ValidIssuers = tokens.Issuers,
        // Its keys sign tokens for all its customers' applications; only the audience tells which are for us.
        ValidateAudience = true,
        ValidAudiences = tokens.Audiences,
        IssuerSigningKeyResolverUsingConfiguration = (_, token, _, _, provider) => KeysFor(token.Issuer, tokens, provider),
        TryAllIssuerSigningKeys = false, // "all" would be those of other issuers
        ValidateIssuerSigningKey = true,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ClockSkew = TimeSpan.FromSeconds(30),
        NameClaimType = "sub",
        RoleClaimType = "role",
    };

    // Who may sign for one issuer must not sign for another. The provider's keys are good for its own issuer, and for a ValidIssuer that has no key in the
    // settings: some providers (Entra ID's v1 tokens) name another issuer in their tokens than in their discovery document.
    private static SecurityKey[] KeysFor(string issuer, TokenSettings tokens, BaseConfiguration? provider)
    {
        SecurityKey[] own = [.. tokens.Keys.Where(key => key.Issuer == issuer).Select(key => key.Key)];
        return provider is null || (own.Length > 0 && issuer != provider.Issuer) ? own : [.. own, .. provider.SigningKeys];
    }
}
