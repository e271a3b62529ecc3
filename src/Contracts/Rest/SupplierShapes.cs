namespace RealtimeTours.Contracts.Rest;

/// <summary>How the sync of one supplier is doing.</summary>
/// <param name="State">One of <see cref="SupplierStates"/>.</param>
/// <param name="NextRunAt">Null where the schedule has no more, or the supplier is paused.</param>
/// <param name="CurrentRun">Null where none is under way.</param>
/// <param name="LastRun">The last that ended; null for none.</param>
/// <param name="HeldUntil">Until when it is left alone because it asked for it or does not answer; null where it is not.</param>
/// <param name="Tours">Tours linked to it with departures to come.</param>
/// <param name="Failing">Of these: the last attempt failed.</param>
/// <param name="NeverSynced">Of these: no figure has ever come.</param>
/// <param name="OldestSyncedAt">The oldest figure's time; null where none has come.</param>
/// <param name="Import">Of its products; null where none are imported.</param>
public sealed record SupplierStatus(
    string Id, string State, DateTimeOffset? NextRunAt, CurrentSyncRun? CurrentRun, LastSyncRun? LastRun, DateTimeOffset? HeldUntil, string? HeldReason,
    DateTimeOffset? PausedAt, string? PausedBy, int Tours, int Failing, int NeverSynced, DateTimeOffset? OldestSyncedAt, SupplierImport? Import = null);

/// <param name="StartedAt">The scheduled time, or when an operator asked for it.</param>
/// <param name="AskedBy">The operator's user id; null for the schedule.</param>
/// <param name="Done">Tours asked about since then.</param>
public sealed record CurrentSyncRun(DateTimeOffset StartedAt, string? AskedBy, int Done);

/// <param name="Failed">Tours of it without a fresh figure.</param>
public sealed record LastSyncRun(DateTimeOffset StartedAt, DateTimeOffset EndedAt, int Tours, int Failed);

/// <param name="AgeSeconds">Of the figures shown; null where none has ever come.</param>
/// <param name="Result">One of <see cref="SyncResults"/>.</param>
/// <param name="Reason">Why the last attempt failed; null where it did not.</param>
public sealed record SupplierTour(
    string TourId, string Name, string ProductId, DateTimeOffset? LastSyncedAt, long? AgeSeconds, DateTimeOffset? LastTriedAt, string Result, string? Reason);

/// <param name="NextCursor">Null on the last page.</param>
public sealed record SupplierPage(IReadOnlyList<SupplierStatus> Suppliers, string? NextCursor);

/// <inheritdoc cref="SupplierPage"/>
public sealed record SupplierTourPage(IReadOnlyList<SupplierTour> Tours, string? NextCursor);

public static class SupplierStates
{
    public const string Running = "running";
    public const string Waiting = "waiting";

    /// <summary>The supplier asked for a pause or does not answer.</summary>
    public const string Held = "held";
    public const string Paused = "paused";

    /// <summary>No process syncs it: it is not configured any more, or CatalogSync does not run.</summary>
    public const string Unattended = "unattended";
}

public static class SyncResults
{
    public const string Ok = "ok";
    public const string Failed = "failed";
    public const string Never = "never";

    public static readonly IReadOnlyList<string> All = [Ok, Failed, Never];
}
