using System.Security.Cryptography;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>Codes such as <c>RT-7K3M-PQ9X-2VDH</c>: 60 random bits that nobody can guess, without letters that look like digits.</summary>
internal static class VoucherCode
{
    // Crockford's base 32: no I, L, O and U.
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New() => $"RT-{Part()}-{Part()}-{Part()}";

    private static string Part() => RandomNumberGenerator.GetString(Letters, 4);
}
