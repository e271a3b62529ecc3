using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary>
/// Keeps people whom a foreign publisher registered or updated as contacts, without a password. Our own accounts' events change nothing.
/// </summary>
internal sealed class KeepContact : ITransactionalHandler
{
    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope)
    {
        var contact = EventData.Read<UserRegistered>(envelope);
        EventRules.Id(contact.UserId, "data.userId");
        Check(UserRules.IsEmail(contact.Email), UserRules.EmailSentence);
        Check(UserRules.IsName(contact.Name), UserRules.NameSentence);
        Check(contact.Language is null || UserRules.IsLanguage(contact.Language), UserRules.LanguageSentence);
        Check(contact.Phone is null || UserRules.IsPhone(contact.Phone), UserRules.PhoneSentence);
        return UserTable.KeepContactAsync(transaction, contact, envelope.Timestamp);
    }

    private static void Check(bool fits, string sentence)
    {
        if (!fits) throw new PermanentFailureException($"data.{sentence}");
    }
}
