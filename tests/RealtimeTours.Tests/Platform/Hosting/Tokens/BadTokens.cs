using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Tests.Platform.Hosting.Tokens;

/// <summary>What somebody may try who can have tokens of the same provider, or only knows what it publishes.</summary>
internal static class BadTokens
{
    public static readonly IReadOnlyDictionary<string, Func<LocalIdentityProvider, string>> All = new Dictionary<string, Func<LocalIdentityProvider,
        string>>
    {
        ["for another application"] = provider => provider.Sign(token => token.Audience = "another application"),
        ["for no application"] = provider => provider.Sign(token => token.Audience = null),
        ["for an empty application"] = provider => provider.Sign(token => token.Audience = ""),
        ["for two others"] = provider =>
            provider.Sign(token => { token.Audience = null; token.Audiences.Add("one"); token.Audiences.Add("another"); }),
        ["of another tenant"] = provider => provider.Sign(token => token.Issuer = $"{provider.Issuer}another-tenant"),
        ["of an issuer that lacks the slash"] = provider => provider.Sign(token => token.Issuer = provider.Issuer.TrimEnd('/')),
        ["of no issuer"] = provider => provider.Sign(token => token.Issuer = null),
        ["signed with another key of the same id"] = provider => provider.Sign(token => token.SigningCredentials = Rsa(provider.Key.KeyId)),
        ["signed with a key nobody knows"] = provider => provider.Sign(token => token.SigningCredentials = Rsa("unknown")),
        ["signed with a key without an id"] = provider => provider.Sign(token => token.SigningCredentials = Rsa(null)),
        ["not signed"] = provider => provider.Sign(token => token.SigningCredentials = null),
        // Algorithm confusion: the provider's public key is everybody's, and an HMAC with it would be everybody's signature.
        ["HMAC with the public key, DER"] = provider =>
            provider.Sign(token => token.SigningCredentials = Hmac(provider, provider.Key.Rsa.ExportSubjectPublicKeyInfo())),
        ["HMAC with the public key, PEM"] = provider =>
            provider.Sign(
                token => token.SigningCredentials = Hmac(provider, Encoding.ASCII.GetBytes(provider.Key.Rsa.ExportSubjectPublicKeyInfoPem()))),
        ["HMAC with the modulus"] = provider =>
            provider.Sign(token => token.SigningCredentials = Hmac(provider, provider.Key.Rsa.ExportParameters(false).Modulus!)),
        ["expired"] = provider => provider.Sign(token => token.Expires = DateTime.UtcNow.AddMinutes(-6)),
        ["without an end"] = provider => provider.Sign(token => token.Expires = null),
        ["not yet valid"] = provider => provider.Sign(token => token.NotBefore = DateTime.UtcNow.AddMinutes(7)),
        ["with a changed body"] = provider => provider.Sign().Split('.') is [var header, _, var signature]
            ? $"{header}.{provider.Sign(token => token.Claims["sub"] = "mallory").Split('.')[1]}.{signature}" : "",
        ["no token at all"] = _ => "a.b.c",
    };

    private static SigningCredentials Rsa(string? keyId) =>
        new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = keyId }, SecurityAlgorithms.RsaSha256);

    private static SigningCredentials Hmac(LocalIdentityProvider provider, byte[] secret) =>
        new(new SymmetricSecurityKey(secret) { KeyId = provider.Key.KeyId }, SecurityAlgorithms.HmacSha256);
}
