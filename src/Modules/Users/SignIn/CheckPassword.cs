using System.Net;
using Microsoft.AspNetCore.Identity;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Modules.Users.Passwords;

namespace RealtimeTours.Modules.Users.SignIn;

/// <summary>The one place where a password is compared: throttled, and at the same cost whether there is such an account or not.</summary>
internal sealed class CheckPassword(PasswordHashing passwords, SignInThrottle throttle)
{
    /// <param name="user">Null where the address has no account.</param>
    public async Task<PasswordCheck> RunAsync(
        string email, UserRow? user, string password, IPAddress? remote, CancellationToken cancellationToken)
    {
        // The core first: else checks that wait for one would look lost to the throttle.
        using var core = await passwords.EnterAsync(cancellationToken);
        var admission = await throttle.BeginAsync(UserRules.EmailKey(email), remote, cancellationToken);
        if (admission is Admission.Refused refused) return new PasswordCheck.Throttled(refused.RetryAfter);
        var result = await passwords.VerifyAsync(user?.PasswordHash, password);
        await throttle.EndAsync((Admission.Admitted)admission, failed: result == PasswordVerificationResult.Failed);
        return result == PasswordVerificationResult.Failed || user is null
            ? new PasswordCheck.Wrong()
            : new PasswordCheck.Right(user, HashIsOld: result == PasswordVerificationResult.SuccessRehashNeeded);
    }
}

internal abstract record PasswordCheck
{
    private PasswordCheck()
    {
    }

    /// <param name="HashIsOld">It was made with fewer iterations than hashes are now.</param>
    public sealed record Right(UserRow User, bool HashIsOld) : PasswordCheck;

    public sealed record Wrong : PasswordCheck;

    public sealed record Throttled(TimeSpan RetryAfter) : PasswordCheck;
}
