using System.Collections.Frozen;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>
/// Revokes tokens before they expire. A token carries its user's generation; a changed password or role begins the next one (decision 27). Every
/// process polls what changed within the longest lifetime of a token. While the database is away, what was known last holds.
/// </summary>
public sealed partial class TokenGenerations(Database database, StorageReadiness readiness, ILogger<TokenGenerations> logger)
    : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Memory = // what was revoked earlier has expired
        TokenIssuer.LongestLifetime + TokenSettings.LongestSkew + TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private FrozenDictionary<string, long> _newest = FrozenDictionary<string, long>.Empty;

    /// <summary>Begins the user's next generation. After the commit <see cref="RefreshAsync"/> makes this process know it at once.</summary>
    public static Task<long> AdvanceAsync(WriteTransaction transaction, string userId)
    {
        var now = transaction.Dialect.Clock(TimeSpan.Zero);
        return transaction.FirstOrDefaultAsync<long>($"""
            INSERT INTO token_generations (user_id, generation, changed_at) VALUES (@userId, 1, {now})
            ON CONFLICT (user_id) DO UPDATE SET generation = token_generations.generation + 1, changed_at = excluded.changed_at
            RETURNING generation
            """, new { userId });
    }

    public bool IsRevoked(string userId, long generation) => Volatile.Read(ref _newest).GetValueOrDefault(userId) > generation;

    /// <summary>Reads what has changed; where that fails, the next poll does.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken); // an older answer must not replace a newer one
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var changed = await connection.QueryAsync<(string UserId, long Generation)>(new CommandDefinition(
                $"SELECT user_id, generation FROM token_generations WHERE changed_at > {database.Dialect.Clock(-Memory)}",
                cancellationToken: cancellationToken));
            Volatile.Write(ref _newest, changed.ToFrozenDictionary(row => row.UserId, row => row.Generation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogStale(logger, e.Message);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
            using var timer = new PeriodicTimer(PollInterval);
            do await RefreshAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) // stopping
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Which tokens were revoked cannot be read, what was known last holds: {Reason}")]
    private static partial void LogStale(ILogger logger, string reason);
}

public static class TokenRevocation
{
    /// <summary>Refuses revoked tokens. For hosts with the storage; the others take a token until it expires.</summary>
    public static IServiceCollection AddTokenRevocation(this IServiceCollection services) =>
        services.AddSingleton<TokenGenerations>().AddHostedService(provider => provider.GetRequiredService<TokenGenerations>());
}
