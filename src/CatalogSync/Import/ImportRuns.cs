using Dapper;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>The result of one import: tours created, updated or closed, since their product is gone, and products that failed.</summary>
/// <param name="Error">One sentence; null for success.</param>
internal sealed record ImportOutcome(int Created, int Updated, int Closed, int Failed, string? Error)
{
    /// <summary>False when the import ended early and is to be repeated soon.</summary>
    public bool IsWhole { get; init; } = true;

    public static ImportOutcome Of(string error) => new(0, 0, 0, 0, error) { IsWhole = false };
}

/// <summary>Table <c>supplier_imports</c>: whether a supplier's import is due, and the lease of the process that does it.</summary>
internal sealed class ImportRuns(Database database, DatabaseLeases leases, TimeProvider time)
{
    // If the process dies, another one may take over after this time.
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    // Processes that start together ask for one import, not for one each.
    private static readonly TimeSpan JustNow = TimeSpan.FromMinutes(1);

    /// <summary>Asks for an import of each supplier, except for those that have just had one.</summary>
    public Task RegisterAsync(IEnumerable<string> supplierIds, CancellationToken cancellationToken) =>
        database.InTransactionAsync(async transaction =>
    {
        var clock = transaction.Dialect.Clock(TimeSpan.Zero);
        foreach (var supplierId in supplierIds)
            await transaction.ExecuteAsync($"""
                INSERT INTO supplier_imports (supplier_id, not_before) VALUES (@supplierId, {clock})
                ON CONFLICT (supplier_id) DO UPDATE SET requested = TRUE
                  WHERE supplier_imports.finished_at IS NULL OR supplier_imports.finished_at < @before
                """, new { supplierId, before = time.GetUtcNow() - JustNow });
    }, cancellationToken);

    /// <returns>The lease; null where no import is due, an operator paused the supplier, or another process has the lease.</returns>
    public async Task<Lease?> TryTakeAsync(string supplierId, TimeSpan interval, CancellationToken cancellationToken)
    {
        var arguments = new { supplierId, before = time.GetUtcNow() - interval };
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            // Usually nothing is due: a read finds that out without a write transaction.
            var due = await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
                $"SELECT supplier_id FROM supplier_imports WHERE {IsDue(database.Dialect)}", arguments, cancellationToken: cancellationToken));
            if (due is null) return null;
        }
        if (await leases.TryTakeAsync($"import/{supplierId}", LeaseLength, cancellationToken) is not { } lease) return null;
        var begins = false;
        try
        {
            begins = await lease.InTransactionAsync(transaction => transaction.ExecuteAsync(
                $"UPDATE supplier_imports SET requested = FALSE WHERE {IsDue(transaction.Dialect)}", arguments), cancellationToken) == 1;
            return begins ? lease : null;
        }
        finally
        {
            if (!begins) await lease.DisposeAsync();
        }
    }

    /// <summary>Stores the result. A failed import is repeated after <see cref="TryAgain"/>.</summary>
    /// <exception cref="LeaseLostException">Fencing: another process has the lease now and stores its own result.</exception>
    public Task FinishAsync(string supplierId, Lease lease, ImportOutcome outcome, CancellationToken cancellationToken) =>
        lease.InTransactionAsync(transaction => transaction.ExecuteAsync($"""
            UPDATE supplier_imports
            SET not_before = {transaction.Dialect.Clock(outcome.IsWhole ? TimeSpan.Zero : TryAgain)},
                requested = CASE WHEN @IsWhole THEN requested ELSE TRUE END, finished_at = @now, created = @Created, updated = @Updated,
                closed = @Closed, failed = @Failed, error = @Error
            WHERE supplier_id = @supplierId
            """, new
            {
                supplierId, now = time.GetUtcNow(), outcome.Created, outcome.Updated, outcome.Closed, outcome.Failed, outcome.Error, outcome.IsWhole,
            }), cancellationToken);

    private static string IsDue(ISqlDialect dialect) => $"""
        supplier_id = @supplierId AND not_before <= {dialect.Clock(TimeSpan.Zero)} AND (requested OR finished_at IS NULL OR finished_at <= @before)
        AND NOT EXISTS (SELECT 1 FROM supplier_syncs s WHERE s.supplier_id = @supplierId AND s.paused_at IS NOT NULL)
        """;
}
