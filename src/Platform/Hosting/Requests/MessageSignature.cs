using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>
/// Signs messages from other systems (webhooks, notifications) in a header <c>t=1760000000,v1=5257a8…</c>: Unix seconds, and in hexadecimal the
/// HMAC-SHA256 of <c>{t}.{body}</c> with a shared secret. The time is signed too, so that a recorded message cannot be replayed later.
/// </summary>
public static class MessageSignature
{
    /// <summary>Largest clock difference, either way. Within it a message can be replayed: receivers must be idempotent.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    // Bounds the work for a header of thousands of parts.
    private const int MaxParts = 8;

    public static string Sign(byte[] secret, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Convert.ToHexStringLower(Hmac(secret, time, body))}";
    }

    /// <param name="header">Null if missing. While a secret is being replaced it may carry one <c>v1</c> for each secret.</param>
    /// <returns>What is wrong, in one sentence; null if the signature is valid.</returns>
    public static string? WhatIsWrong(byte[] secret, string? header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var parts = (header ?? "").Split(',', MaxParts).Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
            .ToLookup(part => part[0].Trim(), part => part[1]);
        var time = parts["t"].FirstOrDefault();
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return "The signature is missing or has no time.";
        var hmac = Hmac(secret, time, body);
        if (!parts["v1"].Any(hex => IsSame(hmac, hex))) return "The signature does not fit the body.";
        // A decimal, because the difference of two longs can overflow.
        return Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds
            ? "The signature is too old, or a clock is wrong."
            : null;
    }

    // Constant-time comparison: the duration must not reveal how much of a guess is right.
    private static bool IsSame(byte[] hmac, string hex) =>
        hex.Length == hmac.Length * 2 && hex.All(char.IsAsciiHexDigit) && CryptographicOperations.FixedTimeEquals(hmac, Convert.FromHexString(hex));

    private static byte[] Hmac(byte[] secret, string time, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
