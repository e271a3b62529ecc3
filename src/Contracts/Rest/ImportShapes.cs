namespace RealtimeTours.Contracts.Rest;

/// <summary>The state of a supplier's product import, and the result of the last one.</summary>
/// <param name="State">One of <see cref="ImportStates"/>.</param>
/// <param name="FinishedAt">End of the last import; null before the first has ended.</param>
/// <param name="Created">Number of new tours.</param>
/// <param name="Closed">Number of tours that were closed because the supplier no longer has the product.</param>
/// <param name="Failed">Number of products that could not be imported.</param>
/// <param name="Error">Why the import ended early, or the first product that failed and why; null if everything was imported.</param>
public sealed record SupplierImport(string State, DateTimeOffset? FinishedAt, int Created, int Updated, int Closed, int Failed, string? Error);

public static class ImportStates
{
    public const string Running = "running";

    /// <summary>Requested; the import starts as soon as a process is free.</summary>
    public const string Requested = "requested";
    public const string Waiting = "waiting";
}
