using System.Collections.Frozen;
using RealtimeTours.Contracts.Events;

namespace RealtimeTours.Contracts;

/// <summary>Which names do not travel over the public topic exchange, where every publisher may write.</summary>
public static class EventRoutes
{
    /// <summary>What parts of the system ask of each other: over a direct exchange.</summary>
    public static readonly FrozenSet<string> Commands = FrozenSet.Create(
        StringComparer.Ordinal, EventTypes.BookingConfirmationRequested, EventTypes.BookingReleaseRequested, EventTypes.PaymentRequested,
        EventTypes.PaymentRefundRequested);

    /// <summary>What a node tells every other one, and nobody keeps: over a fanout exchange.</summary>
    public static readonly FrozenSet<string> Announcements = FrozenSet.Create(StringComparer.Ordinal, EventTypes.ToursWatched);
}
