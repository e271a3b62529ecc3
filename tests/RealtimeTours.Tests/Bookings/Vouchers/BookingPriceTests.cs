using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;

namespace RealtimeTours.Tests.Bookings.Vouchers;

/// <summary>What a booking costs, and that those without a voucher are what they were.</summary>
public class BookingPriceTests
{
    [Theory]
    [InlineData(1250, 1, 0, 0, 1250)]
    [InlineData(1250, 2, 0, 0, 2500)]
    [InlineData(1250, 1, 5, 0, 1188)]    // 1187.5, away from zero
    [InlineData(1250, 3, 5, 0, 3563)]    // 3562.5: of the whole, not of each
    [InlineData(999, 1, 5, 0, 949)]      // JPY: 949.05
    [InlineData(12_345, 1, 15, 0, 10_493)] // KWD: 10493.25
    [InlineData(1250, 1, 5, 1000, 188)]  // first the discount, then the voucher
    [InlineData(1250, 1, 0, 1250, 0)]
    [InlineData(1250, 1, 0, 9999, 0)]
    [InlineData(0, 1, 15, 0, 0)]
    [InlineData(100_000_000_000_000, 100, 15, 0, 8_500_000_000_000_000)]
    public void The_discount_then_the_voucher_lower_it_never_below_0(long price, int participants, int discount, long voucher, long total) =>
        BookingPrice.TotalMinor(price, participants, discount, voucher).ShouldBe(total);

    [Fact]
    public void A_request_without_a_voucher_has_the_hash_it_had_before_there_were_vouchers() =>
        HashOf(new BookSeatsRequest("t", DateTimeOffset.UnixEpoch, 2, "pm_card_visa"))
            .ShouldBe(HashOf(new RequestBefore("t", DateTimeOffset.UnixEpoch, 2, "pm_card_visa")));

    private static string HashOf<T>(T body) => IdempotentRequest.Of("ada", "route", "key", body).BodyHash;

    private sealed record RequestBefore(string TourId, DateTimeOffset Date, int Participants, string? PaymentMethod = null)
    {
        public DateTimeOffset Date { get; } = Date;
    }
}
