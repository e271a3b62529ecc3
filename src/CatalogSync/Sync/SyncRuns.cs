using Dapper;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Table <c>supplier_syncs</c>: the runs, which all processes share.</summary>
internal sealed class SyncRuns(Database database, SyncSchedule schedule)
{
    // A host whose clock runs ahead must not use up the runs of the coming hours.
    private static readonly TimeSpan MaxInAdvance = TimeSpan.FromMinutes(1);

    /// <summary>Shows suppliers to operators before their first run; tours of suppliers that are not configured get an error that says so.</summary>
    public Task RegisterAsync(IReadOnlyCollection<string> supplierIds, CancellationToken cancellationToken) =>
        database.InTransactionAsync(async transaction =>
        {
            foreach (var supplierId in supplierIds)
                await transaction.ExecuteAsync(
                    "INSERT INTO supplier_syncs (supplier_id) VALUES (@supplierId) ON CONFLICT (supplier_id) DO NOTHING", new { supplierId });
            await transaction.ExecuteAsync($"""
                UPDATE tours SET last_sync_error = 'No supplier called ''' || supplier_id || ''' is configured'
                WHERE supplier_product_id IS NOT NULL AND NOT (supplier_id {transaction.Dialect.IsOneOf("supplierIds")})
                """, new { supplierIds = supplierIds.ToArray() });
        }, cancellationToken);

    /// <summary>Begins a run of every supplier, unless one of this slot or a later one exists: two processes make one run of a slot.</summary>
    public Task BeginAsync(DateTimeOffset slot, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync($"""
            UPDATE supplier_syncs SET run_slot = @slot, run_asked_by = NULL
            WHERE (run_slot IS NULL OR run_slot < @slot) AND @slot <= {transaction.Dialect.Clock(MaxInAdvance)}
            """, new { slot }), cancellationToken);

    /// <summary>Begins one run where there has been none, or where the schedule fired while no process ran.</summary>
    public async Task BeginMissedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var slots = await connection.QueryAsync<RunRow>(
            new CommandDefinition("SELECT run_slot AS Slot FROM supplier_syncs", cancellationToken: cancellationToken));
        if (slots.Any(run => run.Slot is not { } slot || schedule.NextAfter(slot) <= now)) await BeginAsync(now, cancellationToken);
    }

    public async Task<RunRow> OfSupplierAsync(string supplierId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<RunRow>(new CommandDefinition("""
            SELECT run_slot AS Slot, run_asked_by AS AskedBy, ended_slot AS EndedSlot, paused_at AS PausedAt
            FROM supplier_syncs WHERE supplier_id = @supplierId
            """, new { supplierId }, cancellationToken: cancellationToken)) ?? new RunRow();
    }

    /// <param name="failed">How many of the <paramref name="tours"/> have no fresh figure.</param>
    public Task EndAsync(string supplierId, DateTimeOffset slot, DateTimeOffset now, int tours, int failed, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            UPDATE supplier_syncs SET ended_slot = @slot, ended_at = @now, ended_tours = @tours, ended_failed = @failed
            WHERE supplier_id = @supplierId
            """, new { supplierId, slot, now, tours, failed }), cancellationToken);

    /// <summary>Stores the backoff from a supplier, for operators.</summary>
    public Task BackOffAsync(string supplierId, DateTimeOffset until, string reason, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE supplier_syncs SET held_until = @until, held_reason = @reason WHERE supplier_id = @supplierId",
            new { supplierId, until, reason }), cancellationToken);
}

internal sealed class RunRow
{
    public DateTimeOffset? Slot { get; set; }
    public string? AskedBy { get; set; }
    public DateTimeOffset? EndedSlot { get; set; }
    public DateTimeOffset? PausedAt { get; set; }
}
