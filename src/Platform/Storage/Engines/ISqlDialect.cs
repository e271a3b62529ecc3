namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>The few places where the SQL of PostgreSQL and SQLite differs.</summary>
public interface ISqlDialect
{
    /// <summary>The type of a primary key that the database counts up itself and never gives twice; <c>{identity}</c> in schema scripts.</summary>
    string Identity { get; }

    /// <summary>Makes an index while others write: <c>CONCURRENTLY</c>, or nothing where there is one writer anyway; <c>{concurrently}</c> in schema scripts.</summary>
    string Concurrently { get; }

    /// <summary>Ends a sub-select that claims rows: <c>FOR UPDATE SKIP LOCKED</c>, or nothing where there is one writer anyway.</summary>
    string SkipLocked { get; }

    /// <summary>Ends a select of rows that this transaction is about to change: <c>FOR UPDATE</c>, or nothing where there is one writer anyway.</summary>
    string ForUpdate { get; }

    /// <summary>Follows a column to compare it with a list argument: <c>WHERE id {dialect.IsOneOf("ids")}</c>. Dapper expands lists for SQLite alone.</summary>
    string IsOneOf(string listArgument);

    /// <summary>
    /// Follows FROM: the texts of a JSON array as rows with a column <c>value</c>, so that a statement is the same however many there are.
    /// </summary>
    string Values(string jsonArgument);

    /// <summary>
    /// An expression for the database's own clock, moved by <paramref name="offset"/> (milliseconds count). Leases between processes use
    /// it, so that a host whose clock is wrong neither steals nor keeps them.
    /// </summary>
    string Clock(TimeSpan offset);
}
