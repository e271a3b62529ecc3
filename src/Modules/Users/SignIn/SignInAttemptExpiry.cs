using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Modules.Users.SignIn;

/// <summary>Deletes attempts that no longer count. They may be somebody's typing errors for ever otherwise.</summary>
internal sealed class SignInAttemptExpiry : IFencedJob
{
    public const string Name = "sign-in-attempt-expiry";
    public const string EveryHour = "0 30 * * * ?";
    private static readonly TimeSpan KeepFor = ThrottleDecision.Window + TimeSpan.FromMinutes(15); // hosts' clocks may differ

    public Task RunAsync(FencedRun run, CancellationToken cancellationToken) => run.InTransactionAsync(
        transaction => transaction.ExecuteAsync($"DELETE FROM sign_in_attempts WHERE newest_at < {transaction.Dialect.Clock(-KeepFor)}"),
        cancellationToken);
}
