using Dapper;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Import;

/// <param name="Created">Tours.</param>
/// <param name="Updated">Tours.</param>
/// <param name="Closed">Tours whose product is gone and that had departures to close.</param>
/// <param name="Failed">Products that could not be imported; their tours are left as they are.</param>
/// <param name="Error">One sentence; null when all went through.</param>
internal sealed record ImportOutcome(int Created, int Updated, int Closed, int Failed, string? Error)
{
    /// <summary>False when it ended early and is to be done again soon.</summary>
    public bool IsWhole { get; init; } = true;

    public static ImportOutcome Of(string error) => new(0, 0, 0, 0, error) { IsWhole = false };
}

/// <summary>Who imports which supplier's products when, over all processes on the database: table <c>supplier_imports</c>.</summary>
internal sealed class ImportRuns(Database database, DatabaseLeases leases, TimeProvider time)
{
    // An import stays so long with a process that died.
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    // Processes that start together want one import between them.
    private static readonly TimeSpan JustNow = TimeSpan.FromMinutes(1);

    /// <summary>Wants one now of each of these suppliers, but for those that have just had one.</summary>
    public Task RegisterAsync(IEnumerable<string> supplierIds, CancellationToken cancellationToken) => database.InTransactionAsync(async transaction =>
    {
        var clock = transaction.Dialect.Clock(TimeSpan.Zero);
        foreach (var supplierId in supplierIds)
            await transaction.ExecuteAsync($"""
                INSERT INTO supplier_imports (supplier_id, not_before) VALUES (@supplierId, {clock})
                ON CONFLICT (supplier_id) DO UPDATE SET requested = TRUE WHERE supplier_imports.finished_at IS NULL OR supplier_imports.finished_at < @before
                """, new { supplierId, before = time.GetUtcNow() - JustNow });
    }, cancellationToken);

    /// <summary>Takes the supplier's import where it is due: asked for, or <paramref name="interval"/> after the last.</summary>
    /// <returns>Its lease; null where it is not due, an operator paused the supplier, or another process does it.</returns>
    public async Task<Lease?> TryTakeAsync(string supplierId, TimeSpan interval, CancellationToken cancellationToken)
    {
        var arguments = new { supplierId, before = time.GetUtcNow() - interval };
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            // Nearly always it is not due: a read is enough to see that.
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

    /// <summary>Writes what came of it. One that failed as a whole is tried again after <see cref="TryAgain"/>.</summary>
    /// <exception cref="LeaseLostException">Another process imports this supplier now, and will say what came of it.</exception>
    public Task FinishAsync(string supplierId, Lease lease, ImportOutcome outcome, CancellationToken cancellationToken) =>
        lease.InTransactionAsync(transaction => transaction.ExecuteAsync($"""
            UPDATE supplier_imports
            SET not_before = {transaction.Dialect.Clock(outcome.IsWhole ? TimeSpan.Zero : TryAgain)},
                requested = CASE WHEN @IsWhole THEN requested ELSE TRUE END, finished_at = @now, created = @Created, updated = @Updated, closed = @Closed,
                failed = @Failed, error = @Error
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
