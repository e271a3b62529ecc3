using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>A user who registers has an account with no points. Whoever earns points without having been heard of gets one then.</summary>
internal sealed class OpenAccount(TimeProvider time)
{
    public Task RunAsync(WriteTransaction transaction, UserRegistered user) =>
        AccountTable.OpenAsync(transaction, EventRules.Id(user.UserId, "data.userId"), time.GetUtcNow());
}
