namespace RealtimeTours.Web.Tours;

/// <summary>What a question to the database brought, wherever it was kept since.</summary>
/// <param name="Value">Null where there is no such thing.</param>
/// <param name="At">When the database was asked.</param>
internal sealed record Reading<T>(T? Value, DateTimeOffset At) where T : class;
