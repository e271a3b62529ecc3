using RealtimeTours.Platform.Resilience;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>
/// A table whose rows say when something is to be done about them: <c>due_at</c>, by the database's clock, null for never; and <c>attempt</c>,
/// how often it was tried in vain.
/// </summary>
/// <typeparam name="TRow">What <paramref name="Columns"/> are read into.</typeparam>
public sealed record DueTable<TRow>(string Name, string Key, string Columns, Backoff Backoff) where TRow : class
{
    public DueRows Rows(ISqlDialect dialect) => new(Key, Name, $"due_at <= {DueRows.Now(dialect)}", "due_at");

    /// <returns>The row, locked until the transaction ends; null where it is no longer due, or another process is at it.</returns>
    public Task<TRow?> LockAsync(WriteTransaction transaction, string key) =>
        transaction.FirstOrDefaultAsync<TRow>($"SELECT {Columns} FROM {Name} WHERE {IsDue(transaction.Dialect)}", new { key });

    /// <summary>
    /// Claims the row by moving <c>due_at</c> behind the backoff, and counts the try. Nobody else gets it until then; should this process die
    /// or fail, somebody does.
    /// </summary>
    /// <returns>The row as it is now; null where it is no longer due, or another process is at it.</returns>
    public Task<TRow?> ClaimAsync(WriteTransaction transaction, string key)
    {
        var dialect = transaction.Dialect;
        var waits = Enumerable.Range(0, Backoff.Doublings).Select(attempt => $"WHEN {attempt} THEN {dialect.Clock(Backoff.After(attempt))}");
        return transaction.FirstOrDefaultAsync<TRow>($"""
            UPDATE {Name} SET attempt = attempt + 1, due_at = CASE attempt {string.Join(' ', waits)} ELSE {dialect.Clock(Backoff.Longest)} END
            WHERE {Key} = (SELECT {Key} FROM {Name} WHERE {IsDue(dialect)}) RETURNING {Columns}
            """, new { key });
    }

    private string IsDue(ISqlDialect dialect) => $"{Key} = @key AND due_at <= {dialect.Clock(TimeSpan.Zero)} {dialect.SkipLocked}";
}
