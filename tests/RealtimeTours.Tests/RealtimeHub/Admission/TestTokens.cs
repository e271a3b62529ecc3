using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>Tokens (RFC 7519) for <see cref="HubNode"/>, good and bad.</summary>
internal static class TestTokens
{
    /// <param name="left">Until it expires; negative for one that has.</param>
    /// <param name="key">0 is the node's.</param>
    public static string Sign(TimeSpan left, byte key = 0, string issuer = "tests") =>
        Token(left, issuer, new SigningCredentials(new SymmetricSecurityKey(Enumerable.Repeat(key, 32).ToArray()), SecurityAlgorithms.HmacSha256));

    public static string Unsigned(TimeSpan left) => Token(left, "tests", null);

    private static string Token(TimeSpan left, string issuer, SigningCredentials? credentials) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = "tests",
            Claims = new Dictionary<string, object> { ["sub"] = "mallory" },
            Expires = DateTime.UtcNow + left,
            SigningCredentials = credentials,
        });
}
