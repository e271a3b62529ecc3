using Dapper;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>What operators see of the sync and change. All of it is in the database: any host can read and write it.</summary>
public sealed class SupplierAdmin(Database database, SyncSchedule schedule, ImportAdmin imports, TimeProvider time)
{
    private const string Result = "CASE WHEN last_sync_error IS NOT NULL THEN 'failed' WHEN last_synced_at IS NULL THEN 'never' ELSE 'ok' END";

    /// <param name="after">Ids greater than this; null for the first page.</param>
    public async Task<IReadOnlyList<SupplierStatus>> SuppliersAsync(string? after, int limit, CancellationToken cancellationToken) =>
        await ReadAsync("s.supplier_id > @after ORDER BY s.supplier_id LIMIT @limit", new { after = after ?? "", limit, now = time.GetUtcNow() },
            cancellationToken);

    /// <returns>Null where there is no such supplier.</returns>
    public async Task<SupplierStatus?> SupplierAsync(string supplierId, CancellationToken cancellationToken) =>
        (await ReadAsync("s.supplier_id = @supplierId", new { supplierId, now = time.GetUtcNow() }, cancellationToken)).SingleOrDefault();

    /// <param name="result">One of <see cref="SyncResults"/>; null for all.</param>
    /// <param name="after">Tour ids greater than this; null for the first page.</param>
    public async Task<IReadOnlyList<SupplierTour>> ToursAsync(
        string supplierId, string? result, string? after, int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<TourSyncRow>(new CommandDefinition($"""
            SELECT id AS Id, name AS Name, supplier_product_id AS ProductId, last_synced_at AS SyncedAt, last_sync_tried_at AS TriedAt,
                   last_sync_error AS Error, {Result} AS Result
            FROM tours
            WHERE supplier_id = @supplierId AND id > @after AND (@result IS NULL OR {Result} = @result) AND {LinkedTours.IsSynced}
            ORDER BY id LIMIT @limit
            """, new { supplierId, result, after = after ?? "", limit, now }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => new SupplierTour(
            row.Id, row.Name, row.ProductId, row.SyncedAt, (long?)(now - row.SyncedAt)?.TotalSeconds, row.TriedAt, row.Result, row.Error))];
    }

    /// <summary>Begins a run now, whatever the schedule says.</summary>
    public Task RunNowAsync(string supplierId, string userId, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE supplier_syncs SET run_slot = @now, run_asked_by = @userId WHERE supplier_id = @supplierId",
            new { supplierId, userId, now = time.GetUtcNow() }), cancellationToken);

    /// <summary>Stops calls to the supplier until it is resumed; calls in flight end. The first operator to pause it stays noted.</summary>
    public Task PauseAsync(string supplierId, string userId, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE supplier_syncs SET paused_at = @now, paused_by = @userId WHERE supplier_id = @supplierId AND paused_at IS NULL",
            new { supplierId, userId, now = time.GetUtcNow() }), cancellationToken);

    /// <summary>Ends the pause; one run makes up for those that were missed.</summary>
    public Task ResumeAsync(string supplierId, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE supplier_syncs SET paused_at = NULL, paused_by = NULL WHERE supplier_id = @supplierId", new { supplierId }), cancellationToken);

    private async Task<IReadOnlyList<SupplierStatus>> ReadAsync(string which, object arguments, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<SupplierRow>(new CommandDefinition($"""
            SELECT s.supplier_id AS Id, s.run_slot AS RunSlot, s.run_asked_by AS AskedBy, s.ended_slot AS EndedSlot, s.ended_at AS EndedAt,
                   s.ended_tours AS EndedTours, s.ended_failed AS EndedFailed, s.held_until AS BackoffUntil, s.held_reason AS BackoffReason,
                   s.paused_at AS PausedAt, s.paused_by AS PausedBy,
                   EXISTS (SELECT 1 FROM leases l
                           WHERE l.name = 'supplier/' || s.supplier_id AND l.expires_at > {database.Dialect.Clock(TimeSpan.Zero)}) AS Attended,
                   COALESCE(t.linked, 0) AS Tours, COALESCE(t.failing, 0) AS Failing, COALESCE(t.never, 0) AS NeverSynced,
                   COALESCE(t.done, 0) AS Done, t.oldest AS OldestSyncedAt
            FROM supplier_syncs s LEFT JOIN (
                SELECT tours.supplier_id, COUNT(*) AS linked, COUNT(last_sync_error) AS failing, MIN(last_synced_at) AS oldest,
                       SUM(CASE WHEN last_synced_at IS NULL THEN 1 ELSE 0 END) AS never,
                       SUM(CASE WHEN last_sync_tried_at >= r.run_slot THEN 1 ELSE 0 END) AS done
                FROM tours JOIN supplier_syncs r ON r.supplier_id = tours.supplier_id
                WHERE {LinkedTours.IsSynced} GROUP BY tours.supplier_id) t ON t.supplier_id = s.supplier_id
            WHERE {which}
            """, arguments, cancellationToken: cancellationToken));
        var imported = await imports.AllAsync(cancellationToken);
        return [.. rows.Select(row => row.ToStatus(schedule, time.GetUtcNow()) with { Import = imported.GetValueOrDefault(row.Id) })];
    }

    private sealed class TourSyncRow
    {
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public string ProductId { get; set; } = "";
        public DateTimeOffset? SyncedAt { get; set; }
        public DateTimeOffset? TriedAt { get; set; }
        public string? Error { get; set; }
        public string Result { get; set; } = "";
    }

    private sealed class SupplierRow
    {
        public string Id { get; set; } = "";
        public DateTimeOffset? RunSlot { get; set; }
        public string? AskedBy { get; set; }
        public DateTimeOffset? EndedSlot { get; set; }
        public DateTimeOffset? EndedAt { get; set; }
        public int? EndedTours { get; set; }
        public int? EndedFailed { get; set; }
        public DateTimeOffset? BackoffUntil { get; set; }
        public string? BackoffReason { get; set; }
        public DateTimeOffset? PausedAt { get; set; }
        public string? PausedBy { get; set; }
        public bool Attended { get; set; }
        public int Tours { get; set; }
        public int Failing { get; set; }
        public int NeverSynced { get; set; }
        public int Done { get; set; }
        public DateTimeOffset? OldestSyncedAt { get; set; }

        public SupplierStatus ToStatus(SyncSchedule schedule, DateTimeOffset now)
        {
            var backsOff = BackoffUntil > now;
            var current = RunSlot is { } slot && EndedSlot != slot ? new CurrentSyncRun(slot, AskedBy, Done) : null;
            var last = EndedSlot is { } began && EndedAt is { } ended ? new LastSyncRun(began, ended, EndedTours ?? 0, EndedFailed ?? 0) : null;
            var state = (PausedAt, Attended, backsOff, current) switch
            {
                (not null, _, _, _) => SupplierStates.Paused,
                (_, false, _, _) => SupplierStates.Unattended,
                (_, _, true, _) => SupplierStates.Held,
                (_, _, _, not null) => SupplierStates.Running,
                _ => SupplierStates.Waiting,
            };
            return new SupplierStatus(
                Id, state, PausedAt is null ? schedule.NextAfter(now) : null, current, last, backsOff ? BackoffUntil : null,
                backsOff ? BackoffReason : null, PausedAt, PausedBy, Tours, Failing, NeverSynced, OldestSyncedAt);
        }
    }
}
