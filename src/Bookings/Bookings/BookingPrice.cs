namespace RealtimeTours.Bookings.Bookings;

/// <summary>What a booking costs, in minor units of its currency.</summary>
internal static class BookingPrice
{
    /// <summary>Pure. The tier's discount lowers the price, rounded half away from zero; then the voucher does, never below 0.</summary>
    /// <example>1250 less 5 % is 1187.5, rounded 1188; with a voucher of 1000 it is 188, with one of 2000 it is 0.</example>
    public static long TotalMinor(long priceMinor, int participants, int discountPercentage, long voucherMinor)
    {
        var discounted = Math.Round((decimal)priceMinor * participants * (100 - discountPercentage) / 100, MidpointRounding.AwayFromZero);
        return (long)Math.Max(0, discounted - voucherMinor);
    }
}
