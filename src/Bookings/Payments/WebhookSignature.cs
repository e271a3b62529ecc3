using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RealtimeTours.Contracts.Events;

namespace RealtimeTours.Bookings.Payments;

/// <summary>
/// Header <c>Payment-Signature: t=UNIX-SECONDS,v1=HEX</c>, the HMAC-SHA256 of <c>t.body</c>. The time is signed too, so that a message somebody has overheard cannot be
/// played back later.
/// </summary>
internal static class WebhookSignature
{
    public const string Header = "Payment-Signature";
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static string Sign(byte[] secret, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Convert.ToHexStringLower(Mac(secret, time, body))}";
    }

    /// <returns>What is wrong, or null.</returns>
    public static string? WhatIsWrong(byte[] secret, string? header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var parts = (header ?? "").Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToLookup(part => part[0].Trim(), part => part[1]);
        var time = parts["t"].FirstOrDefault();
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return $"The header {Header} is missing or has no time.";
        var mac = Mac(secret, time, body);
        if (!parts["v1"].Any(hex => IsSame(mac, hex))) return "The signature does not fit the body.";
        return Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds ? "The signature is too old, or a clock is wrong." : null;
    }

    private static bool IsSame(byte[] mac, string hex) =>
        hex.Length == mac.Length * 2 && hex.All(char.IsAsciiHexDigit) && CryptographicOperations.FixedTimeEquals(mac, Convert.FromHexString(hex));

    private static byte[] Mac(byte[] secret, string time, ReadOnlySpan<byte> body) =>
        HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes(time + "."), .. body]);
}
