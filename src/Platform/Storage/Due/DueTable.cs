using RealtimeTours.Platform.Resilience;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>A table with <c>due_at</c>, by the database's clock (null: never), and <c>attempt</c>, the number of tries that failed.</summary>
public sealed record DueTable<TRow>(string Name, string Key, string Columns, Backoff Backoff) where TRow : class
{
    public DueRows Rows(ISqlDialect dialect) => new(Key, Name, $"due_at <= {DueRows.Now(dialect)}", "due_at");

    /// <returns>The row, locked until the transaction ends; null if it is no longer due or another process has locked it.</returns>
    public Task<TRow?> LockAsync(WriteTransaction transaction, string key) =>
        transaction.FirstOrDefaultAsync<TRow>($"SELECT {Columns} FROM {Name} WHERE {IsDue(transaction.Dialect)}", new { key });

    /// <summary>Claims the row: counts the try and moves <c>due_at</c> behind the backoff. If this process dies, another retries it then.</summary>
    /// <returns>The updated row; null if it is no longer due or another process has locked it.</returns>
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
