using Dapper;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>What operators see of the import and change. All of it is in the database: any host can read and write it.</summary>
public sealed class ImportAdmin(Database database)
{
    /// <returns>Null where this supplier has no import.</returns>
    public async Task<SupplierImport?> OfSupplierAsync(string supplierId, CancellationToken cancellationToken) =>
        (await ReadAsync("WHERE supplier_id = @supplierId", new { supplierId }, cancellationToken)).GetValueOrDefault(supplierId);

    /// <summary>By supplier id, without suppliers that have no import.</summary>
    public Task<IReadOnlyDictionary<string, SupplierImport>> AllAsync(CancellationToken cancellationToken) => ReadAsync("", null, cancellationToken);

    /// <summary>An import begins within seconds, unless the supplier is paused.</summary>
    /// <returns>False where this supplier has no import.</returns>
    public async Task<bool> ImportNowAsync(string supplierId, CancellationToken cancellationToken) => await database.InTransactionAsync(transaction =>
        transaction.ExecuteAsync("UPDATE supplier_imports SET requested = TRUE WHERE supplier_id = @supplierId", new { supplierId }),
        cancellationToken) == 1;

    private async Task<IReadOnlyDictionary<string, SupplierImport>> ReadAsync(string which, object? arguments, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<ImportRow>(new CommandDefinition($"""
            SELECT supplier_id AS SupplierId, requested AS Requested, NOT requested AND EXISTS (
                       SELECT 1 FROM leases
                       WHERE name = 'import/' || supplier_id AND expires_at > {database.Dialect.Clock(TimeSpan.Zero)}) AS Running,
                   finished_at AS FinishedAt, created AS Created, updated AS Updated, closed AS Closed, failed AS Failed, error AS Error
            FROM supplier_imports {which}
            """, arguments, cancellationToken: cancellationToken))).ToDictionary(row => row.SupplierId, row => row.ToImport());
    }

    private sealed class ImportRow
    {
        public string SupplierId { get; set; } = "";
        public bool Requested { get; set; }
        public bool Running { get; set; }
        public DateTimeOffset? FinishedAt { get; set; }
        public int Created { get; set; }
        public int Updated { get; set; }
        public int Closed { get; set; }
        public int Failed { get; set; }
        public string? Error { get; set; }

        public SupplierImport ToImport() => new(
            Running ? ImportStates.Running : Requested ? ImportStates.Requested : ImportStates.Waiting, FinishedAt, Created, Updated, Closed, Failed,
            Error);
    }
}
