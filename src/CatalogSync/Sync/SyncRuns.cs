using Dapper;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>The runs in the database, where every process sees the same ones.</summary>
internal sealed class SyncRuns(Database database, SyncSchedule schedule)
{
    // A host whose clock is wrong must not take all the runs of the coming hours.
    private static readonly TimeSpan MostInAdvance = TimeSpan.FromMinutes(1);

    /// <summary>The suppliers exist for operators from now on, also where nothing has run yet. Tours of others say why they grow older.</summary>
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

    /// <summary>A run of every supplier begins, unless one of the same slot or a later one has. Two processes that wake for one slot make one run.</summary>
    public Task BeginAsync(DateTimeOffset slot, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync($"""
            UPDATE supplier_syncs SET run_slot = @slot, run_asked_by = NULL
            WHERE (run_slot IS NULL OR run_slot < @slot) AND @slot <= {transaction.Dialect.Clock(MostInAdvance)}
            """, new { slot }), cancellationToken);

    /// <summary>Begins a run where none has ever been, or where the schedule fired while no process was there: once, however often it fired.</summary>
    public async Task BeginMissedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var slots = await connection.QueryAsync<RunRow>(new CommandDefinition("SELECT run_slot AS Slot FROM supplier_syncs", cancellationToken: cancellationToken));
        if (slots.Any(run => run.Slot is not { } slot || schedule.NextAfter(slot) <= now)) await BeginAsync(now, cancellationToken);
    }

    public async Task<RunRow> OfSupplierAsync(string supplierId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<RunRow>(new CommandDefinition("""
            SELECT run_slot AS Slot, run_asked_by AS AskedBy, ended_slot AS EndedSlot, paused_at AS PausedAt FROM supplier_syncs WHERE supplier_id = @supplierId
            """, new { supplierId }, cancellationToken: cancellationToken)) ?? new RunRow();
    }

    /// <param name="tours">How many the run was about.</param>
    /// <param name="failed">How many of them have no fresh figure.</param>
    public Task EndAsync(string supplierId, DateTimeOffset slot, DateTimeOffset now, int tours, int failed, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            UPDATE supplier_syncs SET ended_slot = @slot, ended_at = @now, ended_tours = @tours, ended_failed = @failed WHERE supplier_id = @supplierId
            """, new { supplierId, slot, now, tours, failed }), cancellationToken);

    /// <summary>The supplier is left alone for a while; operators see why.</summary>
    public Task BackOffAsync(string supplierId, DateTimeOffset until, string reason, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE supplier_syncs SET held_until = @until, held_reason = @reason WHERE supplier_id = @supplierId", new { supplierId, until, reason }), cancellationToken);
}

internal sealed class RunRow
{
    public DateTimeOffset? Slot { get; set; }
    public string? AskedBy { get; set; }
    public DateTimeOffset? EndedSlot { get; set; }
    public DateTimeOffset? PausedAt { get; set; }
}
