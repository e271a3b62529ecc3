using Dapper;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>One kind of work that is stored in the database until it is due.</summary>
/// <param name="name">The tag <c>work</c> of its metrics.</param>
public abstract class DueWork(string name, DueRows rows)
{
    public string Name => name;

    internal DueRows Rows => rows;

    /// <summary>Does all that is due now, once.</summary>
    internal abstract Task PollAsync(DueWorkParts parts, CancellationToken cancellationToken);
}

/// <summary>Handles due rows, oldest first. A failed row is retried after a backoff; the rows behind it do not wait.</summary>
/// <typeparam name="TRow">A type with value equality: a string or a record.</typeparam>
/// <param name="handle">Several processes may find one row: it decides by a compare-and-set or a lock which one does the work.</param>
/// <param name="putOff">Writes the next try into the row; null to remember it in this process.</param>
public sealed class DueWork<TRow>(
    string name, DueRows rows, Func<TRow, CancellationToken, Task> handle, Func<TRow, CancellationToken, Task>? putOff = null) : DueWork(name, rows)
    where TRow : notnull
{
    private const int AtOnce = 200;

    // Then a new poll begins, which sees rows that have become due since.
    private const int MaxPerPoll = 20_000;

    private PutOffRows<TRow>? _putOff;

    /// <summary>Concurrent handlers: more than one if they wait for another system, which may hang.</summary>
    public int Parallel { get; init; } = 1;

    internal override async Task PollAsync(DueWorkParts parts, CancellationToken cancellationToken)
    {
        _putOff ??= new PutOffRows<TRow>(parts.Time);
        _putOff.Prune();
        var done = new HashSet<TRow>();
        // Skipped rows come before the others, so the limit grows by their number.
        for (var limit = AtOnce + _putOff.Count; done.Count < MaxPerPoll;)
        {
            var page = await PageAsync(parts.Database, limit, cancellationToken);
            var fresh = page.Where(row => !done.Contains(row) && !_putOff.Contains(row)).ToArray();
            await System.Threading.Tasks.Parallel.ForEachAsync(
                fresh, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
                (row, token) => OneAsync(parts, row, token));
            if (page.Count < limit) return;
            done.UnionWith(fresh);
            limit = AtOnce + page.Count - fresh.Length;
        }
    }

    private async ValueTask OneAsync(DueWorkParts parts, TRow row, CancellationToken cancellationToken)
    {
        CorrelationContext.Begin(null); // each row has its own correlation id
        try
        {
            await handle(row, cancellationToken);
            _putOff!.Remove(row);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            parts.Failed(Name, $"{row}", e.Message);
            await PutOffAsync(parts, row, cancellationToken);
        }
    }

    private async Task PutOffAsync(DueWorkParts parts, TRow row, CancellationToken cancellationToken)
    {
        try
        {
            if (putOff is not null) await putOff(row, cancellationToken);
            else _putOff!.Add(row);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            parts.Failed(Name, $"{row}", e.Message);
            _putOff!.Add(row);
        }
    }

    private async Task<IReadOnlyList<TRow>> PageAsync(Database database, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<TRow>(new CommandDefinition(Rows.Page(limit), cancellationToken: cancellationToken))).AsList();
    }
}
