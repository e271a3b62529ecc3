namespace RealtimeTours.Contracts.Rest;

/// <summary>The import of a supplier's products as tours, and what came of the last one.</summary>
/// <param name="State">One of <see cref="ImportStates"/>.</param>
/// <param name="FinishedAt">Of the last one; null where none has ended.</param>
/// <param name="Created">Tours.</param>
/// <param name="Closed">Tours whose product is gone.</param>
/// <param name="Failed">Products that could not be imported.</param>
/// <param name="Error">Why it ended early, or the first product that failed and why; null when all went through.</param>
public sealed record SupplierImport(string State, DateTimeOffset? FinishedAt, int Created, int Updated, int Closed, int Failed, string? Error);

public static class ImportStates
{
    public const string Running = "running";

    /// <summary>It begins as soon as a process can.</summary>
    public const string Requested = "requested";
    public const string Waiting = "waiting";
}
