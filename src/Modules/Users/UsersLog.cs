using Microsoft.Extensions.Logging;

namespace RealtimeTours.Modules.Users;

/// <summary>What the module says. No address and no password is among it.</summary>
internal static partial class UsersLog
{
    [LoggerMessage(Level = LogLevel.Information,
        Message = "No accounts are kept here: an identity provider keeps them, or no signing key is configured. Sign-up and sign-in answer 404.")]
    public static partial void AccountsElsewhere(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "The first operator is {UserId}, with the address in OPERATOR_EMAIL")]
    public static partial void FirstOperatorMade(this ILogger logger, string userId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The first operator's account could not be made yet, trying again: {Reason}")]
    public static partial void FirstOperatorFailed(this ILogger logger, string reason);
}
