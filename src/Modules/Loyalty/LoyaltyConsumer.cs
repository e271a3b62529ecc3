using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>Which event causes which use case.</summary>
internal sealed class LoyaltyConsumer(OpenAccount open, AwardPoints award, TakeBackPoints takeBack) : ITransactionalHandler
{
    public static readonly string[] RoutingKeys =
        [EventTypes.UserRegistered, EventTypes.TourCompleted, EventTypes.BookingCancelled, EventTypes.BookingCanceled];

    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope) => envelope.EventType switch
    {
        EventTypes.UserRegistered => open.RunAsync(transaction, EventData.Read<UserRegistered>(envelope)),
        EventTypes.TourCompleted => award.RunAsync(transaction, EventData.Read<TourCompleted>(envelope)),
        _ => takeBack.RunAsync(transaction, EventData.Read<BookingCancelled>(envelope)),
    };
}
