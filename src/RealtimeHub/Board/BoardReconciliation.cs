using System.Data.Common;
using Microsoft.Extensions.Options;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>Anti-entropy: applies the database's rows to the board, page by page, at the start, at every interval and in a new epoch.</summary>
internal sealed class BoardReconciliation(
    Database database, StorageReadiness storage, IAvailabilityBoard board, BoardCopy copy, BoardHealth health, IOptions<RealtimeHubOptions> options,
    TimeProvider time,
    ILogger<BoardReconciliation> logger) : BackgroundService
{
    private const int ToursPerPage = 50;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.WhenReady(stoppingToken);
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var newEpoch = health.NextEpoch;
            try
            {
                await ReconcileAsync(stoppingToken);
                health.Reconciled();
                failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing) HubLog.ReconciliationFailed(logger, e.Message);
                failing = true;
            }
            await Task.WhenAny(newEpoch, Task.Delay(failing ? Retry : options.Value.ReconciliationInterval, time, stoppingToken));
        }
    }

    internal async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        for (string? after = ""; after is not null;)
        {
            (var states, after) = await ReadPageAsync(connection, after, cancellationToken);
            foreach (var state in states) copy.Apply(state);
            foreach (var batch in states.Chunk(BoardPoller.PageSize))
            {
                var corrected = await board.ApplyAsync(batch, cancellationToken);
                if (corrected > 0) HubLog.BoardCorrected(logger, corrected);
            }
        }
    }

    // A page contains whole tours, so no timestamp is needed as a parameter, which the two databases write differently.
    private static async Task<(List<DepartureState> States, string? Next)> ReadPageAsync(
        DbConnection connection, string after, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT tour_id, starts_at, capacity, available_spots, closed, version, updated_at
            FROM departures
            WHERE tour_id IN (SELECT id FROM tours WHERE id > @after ORDER BY id LIMIT {ToursPerPage})
            """;
        Bind(command, after);
        var states = new List<DepartureState>();
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken)) states.Add(Read(rows));
        }
        await using var next = connection.CreateCommand();
        next.CommandText = $"SELECT MAX(id) FROM (SELECT id FROM tours WHERE id > @after ORDER BY id LIMIT {ToursPerPage}) AS page";
        Bind(next, after);
        return (states, await next.ExecuteScalarAsync(cancellationToken) as string);
    }

    private static DepartureState Read(DbDataReader row)
    {
        var (spots, closed, version) = (row.GetInt32(3), row.GetBoolean(4), row.GetInt64(5));
        return new DepartureState(
            row.GetString(0), row.GetFieldValue<DateTimeOffset>(1).ToUniversalTime(), spots, PreviousSpots: null, row.GetInt32(2),
            AvailabilityStatus.Of(spots, closed), version, row.GetFieldValue<DateTimeOffset>(6).ToUniversalTime(), Source: null, $"row_{version}");
    }

    private static void Bind(DbCommand command, string after)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@after", after);
        command.Parameters.Add(parameter);
    }
}
