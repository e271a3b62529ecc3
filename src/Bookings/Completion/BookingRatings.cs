using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Completion;

/// <summary>Customers rate the tours they have booked: once per booking, and the tour's average in the same commit.</summary>
public sealed class BookingRatings(Catalogue catalogue, EventFactory events)
{
    public async Task<RateResult> RateAsync(
        WriteTransaction transaction, string bookingId, string userId, int rating, string? comment, DateTimeOffset now)
    {
        var booking = (await CompletedBookings.LockAsync(transaction, [bookingId])).SingleOrDefault(row => row.UserId == userId);
        if (WhyNot(booking, now) is { } why) return why;
        if (!await CompletedBookings.RateAsync(transaction, bookingId, rating, comment, now)) return new RateResult.AlreadyRated();
        await catalogue.AddRatingAsync(transaction, booking!.TourId, rating);
        transaction.Announce(events.Create(EventTypes.TourRated, new TourRated(booking.TourId, bookingId, userId, rating, now, comment)));
        return new RateResult.Rated();
    }

    /// <summary>Pure. A booking that somebody has completed has begun, whatever the clock says.</summary>
    internal static RateResult? WhyNot(BookingRow? booking, DateTimeOffset now) => booking switch
    {
        null => new RateResult.Unknown(),
        { Status: BookingStatus.NoShow } => new RateResult.NotAttended(),
        { Status: not (BookingStatus.Confirmed or BookingStatus.Completed) } => new RateResult.NotConfirmed(),
        { Rating: not null } => new RateResult.AlreadyRated(),
        { Status: BookingStatus.Confirmed } when booking.StartsAt > now => new RateResult.NotBegun(),
        _ => null,
    };
}

public abstract record RateResult
{
    private RateResult()
    {
    }

    public sealed record Rated : RateResult;

    public sealed record Unknown : RateResult;

    public sealed record NotBegun : RateResult;

    public sealed record AlreadyRated : RateResult;

    /// <summary>The party did not come.</summary>
    public sealed record NotAttended : RateResult;

    /// <summary>Pending, cancelled or failed.</summary>
    public sealed record NotConfirmed : RateResult;
}
