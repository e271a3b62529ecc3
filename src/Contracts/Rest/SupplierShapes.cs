namespace RealtimeTours.Contracts.Rest;

/// <summary>The state of one supplier's sync.</summary>
/// <param name="State">One of <see cref="SupplierStates"/>.</param>
/// <param name="NextRunAt">Null if the schedule has no further run, or the supplier is paused.</param>
/// <param name="CurrentRun">Null if none is running.</param>
/// <param name="LastRun">The last run that ended; null before the first.</param>
/// <param name="HeldUntil">
/// Backoff: until when the supplier is not called, because it asked for a pause or does not answer; null if it is called.
/// </param>
/// <param name="Tours">Number of tours linked to the supplier with future departures.</param>
/// <param name="Failing">Number of these tours whose last sync failed.</param>
/// <param name="NeverSynced">Number of these tours that were never synced.</param>
/// <param name="OldestSyncedAt">When the tour with the oldest seat counts was synced; null if none ever was.</param>
/// <param name="Import">The import of its products; null if none are imported.</param>
public sealed record SupplierStatus(
    string Id, string State, DateTimeOffset? NextRunAt, CurrentSyncRun? CurrentRun, LastSyncRun? LastRun, DateTimeOffset? HeldUntil,
    string? HeldReason, DateTimeOffset? PausedAt, string? PausedBy, int Tours, int Failing, int NeverSynced, DateTimeOffset? OldestSyncedAt,
    SupplierImport? Import = null);

/// <param name="StartedAt">The scheduled time, or when an operator requested the run.</param>
/// <param name="AskedBy">The operator's user id; null for a scheduled run.</param>
/// <param name="Done">Number of tours for which the supplier was called in this run.</param>
public sealed record CurrentSyncRun(DateTimeOffset StartedAt, string? AskedBy, int Done);

/// <param name="Failed">Number of tours whose sync failed in this run.</param>
public sealed record LastSyncRun(DateTimeOffset StartedAt, DateTimeOffset EndedAt, int Tours, int Failed);

/// <param name="AgeSeconds">Age of the seat counts shown; null if the tour was never synced.</param>
/// <param name="Result">One of <see cref="SyncResults"/>.</param>
/// <param name="Reason">Why the last attempt failed, or which part of the answer could not be read; null if all of it was written.</param>
public sealed record SupplierTour(
    string TourId, string Name, string ProductId, DateTimeOffset? LastSyncedAt, long? AgeSeconds, DateTimeOffset? LastTriedAt, string Result,
    string? Reason);

/// <param name="NextCursor">Null on the last page.</param>
public sealed record SupplierPage(IReadOnlyList<SupplierStatus> Suppliers, string? NextCursor);

/// <inheritdoc cref="SupplierPage"/>
public sealed record SupplierTourPage(IReadOnlyList<SupplierTour> Tours, string? NextCursor);

public static class SupplierStates
{
    public const string Running = "running";
    public const string Waiting = "waiting";

    /// <summary>Backoff: the supplier asked for a pause or does not answer.</summary>
    public const string Held = "held";
    public const string Paused = "paused";

    /// <summary>No process syncs the supplier: it is no longer configured, or CatalogSync does not run.</summary>
    public const string Unattended = "unattended";
}

public static class SyncResults
{
    public const string Ok = "ok";
    public const string Failed = "failed";
    public const string Never = "never";

    public static readonly IReadOnlyList<string> All = [Ok, Failed, Never];
}
