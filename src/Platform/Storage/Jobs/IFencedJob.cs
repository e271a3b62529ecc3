using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.Platform.Storage.Jobs;

/// <summary>
/// A scheduled job of which one process at a time makes one run for each scheduled time, whichever and however many processes there are. A run
/// whose process died, froze or failed is begun anew by another one: it has to be able to repeat.
/// </summary>
public interface IFencedJob
{
    /// <param name="cancellationToken">Cancelled when the host stops, or when another process may have taken over.</param>
    Task RunAsync(FencedRun run, CancellationToken cancellationToken);
}

/// <summary>One run of a job.</summary>
public sealed class FencedRun(DateTimeOffset slot, Lease lease)
{
    /// <summary>The time it was scheduled for, the same in every process.</summary>
    public DateTimeOffset Slot => slot;

    /// <summary>The way to write: refused where another process has taken over.</summary>
    /// <inheritdoc cref="Lease.InTransactionAsync{T}"/>
    public Task<T> InTransactionAsync<T>(Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        lease.InTransactionAsync(work, cancellationToken);
}
