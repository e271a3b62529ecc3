namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>Where the SQL of PostgreSQL and SQLite differs.</summary>
public interface ISqlDialect
{
    /// <summary>The type of an auto-increment primary key that never reuses a number; <c>{identity}</c> in schema scripts.</summary>
    string Identity { get; }

    /// <summary>An index without blocking writers: <c>CONCURRENTLY</c>, or nothing in SQLite; <c>{concurrently}</c> in schema scripts.</summary>
    string Concurrently { get; }

    /// <summary>Ends a sub-select that claims rows: <c>FOR UPDATE SKIP LOCKED</c>, or nothing in SQLite, which has one writer.</summary>
    string SkipLocked { get; }

    /// <summary>Ends a select of rows that this transaction changes: <c>FOR UPDATE</c>, or nothing in SQLite, which has one writer.</summary>
    string ForUpdate { get; }

    /// <summary>Compares a column with a list: <c>WHERE id {dialect.IsOneOf("ids")}</c>. Dapper expands lists for SQLite only.</summary>
    string IsOneOf(string listArgument);

    /// <summary>Follows FROM: the texts of a JSON array as rows with column <c>value</c>, so that the SQL is the same for any number.</summary>
    string Values(string jsonArgument);

    /// <summary>The database's clock plus <paramref name="offset"/> (milliseconds count), so that hosts' wrong clocks do not affect leases.</summary>
    string Clock(TimeSpan offset);
}
