using Dapper;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>One kind of work that waits in the database until it is due.</summary>
/// <param name="name">The tag <c>work</c> of its metrics.</param>
public abstract class DueWork(string name, DueRows rows)
{
    public string Name => name;

    internal DueRows Rows => rows;

    /// <summary>Does all that is due now, once.</summary>
    internal abstract Task LookAsync(DueWorkParts parts, CancellationToken cancellationToken);
}

/// <summary>
/// Rows are found oldest first and handled one by one. One that fails is put off and tried again after a backoff; those behind it do not wait.
/// Several processes may find the same row: <paramref name="handle"/> decides at the write, by a compare-and-set or a lock, who does it.
/// </summary>
/// <typeparam name="TRow">With the equality of its values: a string, or a record.</typeparam>
/// <param name="handle">In a transaction of its own, where it needs one.</param>
/// <param name="putOff">Writes into the row when it is to be tried again; null to remember it in this process.</param>
public sealed class DueWork<TRow>(
    string name, DueRows rows, Func<TRow, CancellationToken, Task> handle, Func<TRow, CancellationToken, Task>? putOff = null) : DueWork(name, rows)
    where TRow : notnull
{
    private const int AtOnce = 200;

    // Then the next look begins, which sees what has become due since.
    private const int MostInOneLook = 20_000;

    private PutOffRows<TRow>? _putOff;

    /// <summary>How many at once. More than one where handling waits for somebody else, who may hang.</summary>
    public int Parallel { get; init; } = 1;

    internal override async Task LookAsync(DueWorkParts parts, CancellationToken cancellationToken)
    {
        _putOff ??= new PutOffRows<TRow>(parts.Time);
        _putOff.Prune();
        var done = new HashSet<TRow>();
        // What is skipped still stands in front of the others: so many more are read.
        for (var limit = AtOnce + _putOff.Count; done.Count < MostInOneLook;)
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
        CorrelationContext.Begin(null); // each is a story of its own
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
