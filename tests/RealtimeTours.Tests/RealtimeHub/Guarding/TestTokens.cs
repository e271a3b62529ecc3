using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealtimeTours.Tests.RealtimeHub.Guarding;

/// <summary>Tokens (RFC 7519) for <see cref="HubNode"/>, good and bad, written by hand.</summary>
internal static class TestTokens
{
    /// <param name="left">Until it expires; negative for one that has.</param>
    /// <param name="key">0 is the node's.</param>
    public static string Sign(TimeSpan left, byte key = 0, string issuer = "tests")
    {
        var text = $"{Part(new { alg = "HS256", typ = "JWT" })}.{Claims(left, issuer)}";
        return $"{text}.{Encoded(HMACSHA256.HashData(Enumerable.Repeat(key, 32).ToArray(), Encoding.ASCII.GetBytes(text)))}";
    }

    public static string Unsigned(TimeSpan left) => $"{Part(new { alg = "none", typ = "JWT" })}.{Claims(left, "tests")}.";

    private static string Claims(TimeSpan left, string iss) => Part(new { iss, aud = "tests", sub = "mallory", exp = (DateTimeOffset.UtcNow + left).ToUnixTimeSeconds() });

    private static string Part(object json) => Encoded(JsonSerializer.SerializeToUtf8Bytes(json));

    private static string Encoded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
