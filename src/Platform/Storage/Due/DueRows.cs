using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>Which rows are due, in SQL for both engines.</summary>
/// <param name="Columns">They identify a row. Each has an <c>AS</c> if the row's type has properties.</param>
/// <param name="From">A table, or several joined.</param>
/// <param name="Where">The condition for due rows; compare with <see cref="Now"/>.</param>
/// <param name="Since">An expression for the time since which the row is due. The oldest come first.</param>
public sealed record DueRows(string Columns, string From, string Where, string Since)
{
    /// <summary>The database's clock as a sub-select, evaluated once per statement: otherwise PostgreSQL cannot use an index.</summary>
    public static string Now(ISqlDialect dialect) => $"(SELECT {dialect.Clock(TimeSpan.Zero)})";

    internal string Page(int limit) => $"SELECT {Columns}, {Since} AS DueSince FROM {From} WHERE {Where} ORDER BY DueSince LIMIT {limit}";

    internal string Oldest(ISqlDialect dialect) => $"SELECT MIN({Since}) AS Since, {Now(dialect)} AS Now FROM {From} WHERE {Where}";
}
