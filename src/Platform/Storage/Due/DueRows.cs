using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>Which rows are due, in SQL of both engines.</summary>
/// <param name="Columns">What tells one row from another. Each with an <c>AS</c> where the row's type has properties.</param>
/// <param name="From">A table, or several joined.</param>
/// <param name="Where">That a row is due; compare with <see cref="Now"/>.</param>
/// <param name="Since">An expression: since when it has been due. The oldest come first.</param>
public sealed record DueRows(string Columns, string From, string Where, string Since)
{
    /// <summary>The database's clock, asked once for the whole statement: PostgreSQL compares no index with a clock that moves.</summary>
    public static string Now(ISqlDialect dialect) => $"(SELECT {dialect.Clock(TimeSpan.Zero)})";

    internal string Page(int limit) => $"SELECT {Columns}, {Since} AS DueSince FROM {From} WHERE {Where} ORDER BY DueSince LIMIT {limit}";

    internal string Oldest(ISqlDialect dialect) => $"SELECT MIN({Since}) AS Since, {Now(dialect)} AS Now FROM {From} WHERE {Where}";
}
