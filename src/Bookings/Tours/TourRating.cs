namespace RealtimeTours.Bookings.Tours;

/// <summary>What the customers of a tour think of it, kept as a sum and a count.</summary>
public static class TourRating
{
    /// <returns>Two decimals, half a hundredth rounded up; null while nobody has rated.</returns>
    public static decimal? Average(long sum, long count) =>
        count == 0 ? null : Math.Round((decimal)sum / count, 2, MidpointRounding.AwayFromZero);
}
