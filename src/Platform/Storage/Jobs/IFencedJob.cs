using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.Platform.Storage.Jobs;

/// <summary>A job that one of all processes runs for each slot. If that process dies, freezes or fails, another begins anew: be idempotent.</summary>
public interface IFencedJob
{
    /// <param name="cancellationToken">Cancelled when the host stops, or when another process may own the lease.</param>
    Task RunAsync(FencedRun run, CancellationToken cancellationToken);
}

public sealed class FencedRun(DateTimeOffset slot, Lease lease)
{
    /// <summary>The scheduled time, the same in every process.</summary>
    public DateTimeOffset Slot => slot;

    /// <inheritdoc cref="Lease.InTransactionAsync{T}"/>
    public Task<T> InTransactionAsync<T>(Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        lease.InTransactionAsync(work, cancellationToken);
}
