using System.Collections.Frozen;

namespace RealtimeTours.Contracts;

/// <summary>ISO 4217: the currencies in use and their minor units (list one, 2026). Money is stored as a whole number of minor units.</summary>
public static class Currencies
{
    // For a row of a currency that has left the list since it was written.
    private const int UsualMinorUnits = 2;

    private static readonly FrozenDictionary<string, int> Digits = new (int MinorUnits, string Codes)[]
    {
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (2, """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK
            DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR
            LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR
            SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER
            ZAR ZMW ZWG
            """),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    }.SelectMany(group => group.Codes.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(code => (code, group.MinorUnits)))
        .ToFrozenDictionary(pair => pair.code, pair => pair.MinorUnits, StringComparer.Ordinal);

    /// <returns>The decimals of an amount: 0 for JPY, 2 for EUR, 3 for KWD; null for a code that is no currency in use.</returns>
    public static int? MinorUnits(string code) => Digits.TryGetValue(code, out var digits) ? digits : null;

    /// <param name="amount">In units of the currency, such as 12.50.</param>
    /// <returns>In minor units, such as 1250; null where the amount has more decimals than the currency.</returns>
    public static long? ToMinor(decimal amount, string currency)
    {
        var minor = amount * Factor(currency);
        return minor == decimal.Truncate(minor) ? (long)minor : null;
    }

    /// <param name="minor">In minor units.</param>
    /// <returns>In units of the currency.</returns>
    public static decimal FromMinor(long minor, string currency) => minor / Factor(currency);

    private static decimal Factor(string currency) => (MinorUnits(currency) ?? UsualMinorUnits) switch
    {
        0 => 1m,
        2 => 100m,
        3 => 1_000m,
        _ => 10_000m,
    };
}
