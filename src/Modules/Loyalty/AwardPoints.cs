using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>A booking's tour took place: points, and the next tier where they suffice. Once per booking, whatever comes how often.</summary>
internal sealed class AwardPoints(EventFactory events, TimeProvider time)
{
    // What a booking made here can cost at most.
    private const decimal MaxTotalPrice = Limits.MaxPrice * Limits.MaxParticipants;

    public async Task RunAsync(WriteTransaction transaction, TourCompleted tour)
    {
        if (WhatIsWrong(tour) is { } sentence) throw new PermanentFailureException(sentence);
        // The first word about a booking stands: it was completed, or nobody came, or it was cancelled.
        if (await transaction.ExecuteAsync("""
            INSERT INTO loyalty_bookings (booking_id, user_id, earned, cancelled) VALUES (@BookingId, @UserId, 0, FALSE)
            ON CONFLICT (booking_id) DO NOTHING
            """, new { tour.BookingId, tour.UserId }) == 0 || tour.Attendance == Attendance.NoShow) return;

        var now = time.GetUtcNow();
        var before = await AccountTable.LockAsync(transaction, tour.UserId, now);
        var points = PointsRule.Points(tour.TotalPrice, tour.TourCategory, (decimal)tour.TourDuration, tour.TourRating, before.Tier);
        var (after, earned) = before.Earn(points, now);
        if (earned == 0) return;
        transaction.Defer("UPDATE loyalty_bookings SET earned = @earned WHERE booking_id = @BookingId", new { earned, tour.BookingId });
        AccountTable.Write(transaction, after, new PointsTransaction(
            PointsTransactionTypes.Earned, earned, PointsReasons.TourCompleted, tour.BookingId, tour.TourId, tour.TourName));
        transaction.Announce(events.Create(EventTypes.LoyaltyPointsEarned, new LoyaltyPointsEarned(
            after.UserId, after.Id, earned, after.TotalPoints, after.TierName, tour.BookingId, tour.TourId, tour.TourName, after.AsOf)));
        if (after.Tier.MinPoints > before.Tier.MinPoints)
            transaction.Announce(events.Create(EventTypes.LoyaltyTierUpgraded, new LoyaltyTierUpgraded(
                after.UserId, before.TierName, after.TierName, after.TotalPoints, after.AsOf)));
    }

    /// <returns>One sentence about the first field that cannot be used; null where all can.</returns>
    internal static string? WhatIsWrong(TourCompleted tour)
    {
        EventRules.Id(tour.BookingId, "data.bookingId");
        EventRules.Id(tour.UserId, "data.userId");
        EventRules.Id(tour.TourId, "data.tourId");
        return tour switch
        {
            _ when !RequestText.IsText(tour.TourName, Limits.MaxTourText) =>
                $"data.tourName must have 1 to {Limits.MaxTourText} characters, not only blanks.",
            { TotalPrice: < 0 or > MaxTotalPrice } => $"data.totalPrice is {tour.TotalPrice}; it must be from 0 to {MaxTotalPrice}.",
            { TourDuration: not (>= 0 and <= Limits.MaxTourHours) } =>
                $"data.tourDuration is {tour.TourDuration}; it must be from 0 to {Limits.MaxTourHours} hours.",
            { TourRating: < 1 or > 5 } => $"data.tourRating is {tour.TourRating}; it must be from 1 to 5.",
            { Attendance: not (Attendance.Confirmed or Attendance.NoShow) } =>
                $"data.attendance must be {Attendance.Confirmed} or {Attendance.NoShow}.",
            _ => null,
        };
    }
}
