using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Platform.Hosting.Idempotency;

/// <summary>Deletes stored answers after two days: no client retries a request for longer.</summary>
internal sealed class IdempotencyKeyExpiry : IFencedJob
{
    public const string Name = "idempotency-key-expiry";
    public const string EveryHour = "0 0 * * * ?";
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(2);

    public Task RunAsync(FencedRun run, CancellationToken cancellationToken) => run.InTransactionAsync(
        transaction => transaction.ExecuteAsync($"DELETE FROM idempotency_keys WHERE created_at < {transaction.Dialect.Clock(-KeepFor)}"),
        cancellationToken);
}
