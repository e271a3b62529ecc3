using Dapper;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>Backpressure for work that announces many events: others' events share the outbox and must not wait behind all of them.</summary>
public sealed class OutboxBackpressure(Database database, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until at most <paramref name="rows"/> events wait for the broker; while that is away, until it is back.</summary>
    public async Task WaitAsync(int rows, CancellationToken cancellationToken)
    {
        while (await HasMoreThanAsync(rows, cancellationToken)) await Task.Delay(PollInterval, time, cancellationToken);
    }

    // Counts no further than needed: after an outage there may be a million.
    private async Task<bool> HasMoreThanAsync(int rows, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COUNT(*) FROM (SELECT 1 FROM outbox LIMIT @limit) AS waiting", new { limit = rows + 1 },
            cancellationToken: cancellationToken)) > rows;
    }
}
