using System.Globalization;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary><see cref="OutboxWakeUp"/> by <c>NOTIFY</c>, in its own transaction: it serializes commits. A lost one costs a poll interval.</summary>
internal sealed partial class PostgresOutboxSignal(
    IDatabaseEngine engine, OutboxWakeUp wakeUp, StorageReadiness readiness, ILogger<PostgresOutboxSignal> logger) : BackgroundService
{
    private const string Channel = "outbox";
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
            if (engine.IsPooled)
            {
                LogPooled(logger);
                await AgainAndAgainAsync(TellAsync, stoppingToken); // for processes without a pooler
            }
            await Task.WhenAll(AgainAndAgainAsync(ListenAsync, stoppingToken), AgainAndAgainAsync(TellAsync, stoppingToken));
        }
        catch (OperationCanceledException) // stopping
        {
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = (NpgsqlConnection)await engine.Source.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, heard) =>
        {
            if (uint.TryParse(heard.Payload, CultureInfo.InvariantCulture, out var said)) wakeUp.Heard(said);
        };
        await connection.ExecuteAsync($"LISTEN {Channel}");
        while (true) await connection.WaitAsync(stoppingToken);
    }

    private async Task TellAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var news = await wakeUp.ForOthersAsync(stoppingToken);
            await using var connection = await engine.Source.OpenConnectionAsync(stoppingToken);
            await connection.ExecuteAsync("SELECT pg_notify(@Channel, @said)", new { Channel, said = news.ToString(CultureInfo.InvariantCulture) });
        }
    }

    private async Task AgainAndAgainAsync(Func<CancellationToken, Task> untilItFails, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await untilItFails(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.Message);
            }
            await Task.Delay(RetryInterval, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message =
        "DATABASE_URL leads to a connection pooler, which may work by transactions: statements are not prepared, and other processes' events are " +
        "found by polling. Both are faster with PostgreSQL's own address")]
    private static partial void LogPooled(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Relays of other processes are found by their poll alone for a second: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
