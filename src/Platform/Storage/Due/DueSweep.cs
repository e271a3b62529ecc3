using Microsoft.Extensions.Hosting;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>Polls the database for due work and does it. Every process may run it.</summary>
/// <param name="every">The poll interval; a poll that takes longer delays the next one.</param>
public abstract class DueSweep(DueWorkParts parts, TimeSpan every) : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);
    private IReadOnlyList<DueWork>? _works;

    /// <summary>What it polls for; called once.</summary>
    protected abstract IReadOnlyList<DueWork> Works();

    /// <summary>Rows of a table with <c>due_at</c> and <c>attempt</c>, each handled in a transaction that has locked it.</summary>
    protected DueWork<string> InTable<TRow>(string name, DueTable<TRow> table, Func<WriteTransaction, TRow, Task> handle) where TRow : class =>
        InTable(name, table, InTransaction<string>(async (transaction, key) =>
        {
            if (await table.LockAsync(transaction, key) is { } row) await handle(transaction, row);
        }));

    /// <summary>As above, but the handler claims its row itself, see <see cref="DueTable{TRow}.ClaimAsync"/>.</summary>
    protected DueWork<string> InTable<TRow>(string name, DueTable<TRow> table, Func<string, CancellationToken, Task> handle, int parallel = 1)
        where TRow : class =>
            new(name, table.Rows(parts.Database.Dialect), handle, putOff: InTransaction<string>(table.ClaimAsync)) { Parallel = parallel };

    // A row behind a lock of somebody else's is put off, since others wait behind it.
    protected Func<TRow, CancellationToken, Task> InTransaction<TRow>(Func<WriteTransaction, TRow, Task> handle) => (row, cancellationToken) =>
        parts.Database.InTransactionAsync(transaction => handle(transaction, row), cancellationToken, LockWait.Short);

    /// <summary>Polls once. Never throws: the next poll finds the rows again.</summary>
    public async Task OnceAsync(CancellationToken cancellationToken)
    {
        foreach (var work in _works ??= Works()) await TryAsync(work, work.PollAsync, cancellationToken);
    }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await parts.Readiness.WhenReady(stoppingToken);
            _works ??= Works();
            // Concurrently: many rows or a hanging handler of one kind must not delay the others, nor the lag metric.
            await Task.WhenAll(
                [.. _works.Select(work => RepeatAsync(every, work, work.PollAsync, stoppingToken)),
                 .. _works.Select(work => RepeatAsync(MeasureEvery, work, (own, token) => own.MeasureAsync(work, token), stoppingToken))]);
        }
        catch (OperationCanceledException) // stopping
        {
        }
    }

    private async Task RepeatAsync(TimeSpan interval, DueWork work, Func<DueWorkParts, CancellationToken, Task> step, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, parts.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryAsync(work, step, stoppingToken);
    }

    private async Task TryAsync(DueWork work, Func<DueWorkParts, CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step(parts, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            parts.NotFound(work.Name, e.Message);
        }
    }
}
