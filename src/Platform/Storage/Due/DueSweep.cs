using Microsoft.Extensions.Hosting;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>Looks into the database again and again for work that is due, and does it. Every process may run it.</summary>
/// <param name="every">From one look to the next; a look that takes longer delays it.</param>
public abstract class DueSweep(DueWorkParts parts, TimeSpan every) : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);
    private IReadOnlyList<DueWork>? _works;

    /// <summary>What it looks for. Asked once.</summary>
    protected abstract IReadOnlyList<DueWork> Works();

    /// <summary>Rows of a table with <c>due_at</c> and <c>attempt</c>, each handled in a transaction that has locked it.</summary>
    protected DueWork<string> InTable<TRow>(string name, DueTable<TRow> table, Func<WriteTransaction, TRow, Task> handle) where TRow : class =>
        InTable(name, table, (key, cancellationToken) => parts.Database.InTransactionAsync(
            async transaction =>
            {
                if (await table.LockAsync(transaction, key) is { } row) await handle(transaction, row);
            }, cancellationToken));

    /// <summary>
    /// Rows of a table with <c>due_at</c> and <c>attempt</c>. The handling claims its row, see <see cref="DueTable{TRow}.ClaimAsync"/>.
    /// </summary>
    protected DueWork<string> InTable<TRow>(string name, DueTable<TRow> table, Func<string, CancellationToken, Task> handle, int parallel = 1)
        where TRow : class => new(name, table.Rows(parts.Database.Dialect), handle, putOff: InTransaction<string>(table.ClaimAsync)) { Parallel = parallel };

    /// <summary>Handles a row in a transaction of its own.</summary>
    protected Func<TRow, CancellationToken, Task> InTransaction<TRow>(Func<WriteTransaction, TRow, Task> handle) =>
        (row, cancellationToken) => parts.Database.InTransactionAsync(transaction => handle(transaction, row), cancellationToken);

    /// <summary>One look for everything. Fails never: the rows are still there for the next one.</summary>
    public async Task OnceAsync(CancellationToken cancellationToken)
    {
        foreach (var work in _works ??= Works()) await TryAsync(work, work.LookAsync, cancellationToken);
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await parts.Readiness.WhenReady(stoppingToken);
            _works ??= Works();
            // Each by itself: the one's many rows, or one that hangs, do not delay the other's, nor the figure that tells of it.
            await Task.WhenAll(
                [.. _works.Select(work => RepeatAsync(every, work, work.LookAsync, stoppingToken)),
                 .. _works.Select(work => RepeatAsync(MeasureEvery, work, (own, token) => own.MeasureAsync(work, token), stoppingToken))]);
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task RepeatAsync(TimeSpan pause, DueWork work, Func<DueWorkParts, CancellationToken, Task> look, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(pause, parts.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryAsync(work, look, stoppingToken);
    }

    private async Task TryAsync(DueWork work, Func<DueWorkParts, CancellationToken, Task> look, CancellationToken cancellationToken)
    {
        try
        {
            await look(parts, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            parts.NotFound(work.Name, e.Message);
        }
    }
}
