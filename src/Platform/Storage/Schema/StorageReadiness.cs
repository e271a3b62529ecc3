using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RealtimeTours.Platform.Storage.Schema;

/// <summary>Tells background work when the schema is ready: the host's start must not wait for the database.</summary>
public sealed class StorageReadiness
{
    private readonly TaskCompletionSource _migrated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsReady => _migrated.Task.IsCompletedSuccessfully;

    /// <summary>Completes when the database was reached and its schema is up to date.</summary>
    public Task WhenReady(CancellationToken cancellationToken = default) => _migrated.Task.WaitAsync(cancellationToken);

    internal void Set() => _migrated.TrySetResult();
}

internal sealed class DatabaseHealthCheck(Database database, StorageReadiness readiness) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT 1", cancellationToken: cancellationToken));
            return readiness.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The schema is not up to date yet.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", e);
        }
    }
}
