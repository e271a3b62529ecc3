namespace RealtimeTours.Web.Tours;

/// <summary>The result of a database query, wherever it was cached since.</summary>
/// <param name="Value">Null if there is no such thing.</param>
/// <param name="At">When the database was queried.</param>
internal sealed record Reading<T>(T? Value, DateTimeOffset At) where T : class;
