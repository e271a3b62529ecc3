using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary>Keeps the names of users for the manifests. Events come in any order: the newest wins.</summary>
internal sealed class RememberGuests : ITransactionalHandler
{
    private const int MaxName = 200;

    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope)
    {
        var user = EventData.Read<UserRegistered>(envelope);
        EventRules.Id(user.UserId, "data.userId");
        if (!RequestText.IsText(user.Name, MaxName)) throw new PermanentFailureException($"data.name must have 1 to {MaxName} characters.");
        return transaction.ExecuteAsync("""
            INSERT INTO guests (user_id, name, as_of) VALUES (@UserId, @Name, @Timestamp)
            ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, as_of = excluded.as_of WHERE guests.as_of < excluded.as_of
            """, new { user.UserId, user.Name, envelope.Timestamp });
    }
}
