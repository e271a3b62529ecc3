using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.CatalogSync.Notifications;

/// <summary>
/// Header <c>X-Signature: t=1760000000,v1=5257a8…</c>: Unix seconds, and in hexadecimal the HMAC-SHA256 of <c>{t}.{body}</c> under the secret shared with
/// the supplier.
/// </summary>
internal static class NotificationSignature
{
    public const string Header = "X-Signature";

    /// <summary>
    /// How far the time may lie from ours, either way. Within it a recorded notification can be sent again: that costs one call to the supplier, as it is
    /// a hint and many of them count as one.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public static string Of(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds();
        return $"t={seconds},v1={Convert.ToHexStringLower(Hash(secret, seconds, body))}";
    }

    public static bool IsValid(string? header, string secret, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        long? at = null;
        var sent = "";
        foreach (var part in (header ?? "").Split(',', 4))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal) && long.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) at = seconds;
            if (part.StartsWith("v1=", StringComparison.Ordinal)) sent = part[3..];
        }
        // Compared as text of one length: a wrong character anywhere takes as long as a right one.
        return at is { } time && Math.Abs(now.ToUnixTimeSeconds() - time) <= Window.TotalSeconds
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(sent.ToLowerInvariant()), Encoding.UTF8.GetBytes(Convert.ToHexStringLower(Hash(secret, time, body))));
    }

    private static byte[] Hash(string secret, long seconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}.")));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
