using System.Globalization;
using Microsoft.AspNetCore.SignalR;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Telemetry;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.RealtimeHub.Events;

/// <summary>Pushes events that concern one user to that user's connections, on any node.</summary>
internal sealed class UserPushes(IHubContext<AvailabilityHub, IAvailabilityClient> hub, IProcessedEvents processed)
{
    /// <returns>What to do, or null for an event that is not for a user.</returns>
    /// <exception cref="PermanentFailureException">A field is missing, has the wrong type or is out of range; the message names it.</exception>
    public Func<Task>? Read(EventEnvelope e)
    {
        switch (e.EventType)
        {
            case EventTypes.LoyaltyPointsEarned:
                var earned = EventData.Read<LoyaltyPointsEarned>(e);
                return Push(earned.UserId, nameof(IAvailabilityClient.LoyaltyPointsEarned), client => client.LoyaltyPointsEarned(e.Data));
            case EventTypes.LoyaltyTierUpgraded:
                var upgraded = EventData.Read<LoyaltyTierUpgraded>(e);
                return Push(upgraded.UserId, nameof(IAvailabilityClient.LoyaltyTierUpgraded), client => client.LoyaltyTierUpgraded(e.Data));
            case EventTypes.LoyaltyRewardRedeemed:
                var redeemed = EventData.Read<LoyaltyRewardRedeemed>(e);
                return Push(redeemed.UserId, nameof(IAvailabilityClient.LoyaltyRewardRedeemed), client => client.LoyaltyRewardRedeemed(e.Data));
            case EventTypes.BookingCreated or EventTypes.BookingConfirmed:
                var placed = EventData.Read<BookingPlaced>(e);
                return Booking(e, placed.UserId, placed.BookingId, placed.TourId,
                    e.EventType == EventTypes.BookingCreated ? BookingStatus.Pending : BookingStatus.Confirmed);
            case EventTypes.BookingCancelled or EventTypes.BookingCanceled:
                var cancelled = EventData.Read<BookingCancelled>(e);
                return Booking(e, cancelled.UserId, cancelled.BookingId, cancelled.TourId, BookingStatus.Cancelled);
            case EventTypes.BookingFailed:
                var failed = EventData.Read<BookingFailed>(e);
                return Booking(e, failed.UserId, failed.BookingId, failed.TourId, BookingStatus.Failed);
            case EventTypes.BookingCompleted:
                var completed = EventData.Read<BookingCompleted>(e);
                return Booking(e, completed.UserId, completed.BookingId, completed.TourId, BookingStatus.Completed);
            case EventTypes.TourCompleted:
                var tour = EventData.Read<TourCompleted>(e);
                // A party that came is told by booking.completed.
                return tour.Attendance == Attendance.NoShow ? Booking(e, tour.UserId, tour.BookingId, tour.TourId, BookingStatus.NoShow) : null;
            default:
                return null;
        }
    }

    // State decides, not the clocks of two publishers: a page must not end up with "pending" after "confirmed".
    private Func<Task> Booking(EventEnvelope e, string userId, string bookingId, string tourId, string status)
    {
        var update = new BookingUpdate(EventRules.Id(bookingId, "data.bookingId"), EventRules.Id(tourId, "data.tourId"), status);
        var push = Push(userId, nameof(IAvailabilityClient.BookingUpdated), client => client.BookingUpdated(update));
        var position = string.Create(CultureInfo.InvariantCulture, $"{Stage(status)}{e.Timestamp.UtcTicks:D19}");
        return async () =>
        {
            if (await processed.TryAdvanceAsync($"booking:{bookingId}", position)) await push();
        };
    }

    // How far a booking has come. The timestamp orders what is equally far.
    private static int Stage(string status) => status switch
    {
        BookingStatus.Pending => 0,
        BookingStatus.Confirmed => 1,
        _ => 2,
    };

    private Func<Task> Push(string userId, string method, Func<IAvailabilityClient, Task> call)
    {
        EventRules.Id(userId, "data.userId");
        return async () =>
        {
            using var activity = HubTracing.Pushing(method);
            await call(hub.Clients.User(userId));
        };
    }
}
