using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Storage.Leases;

/// <summary>Leases over all processes, in table <c>leases</c>, by the database's clock. The owner renews; if it dies, its lease expires.</summary>
public sealed partial class DatabaseLeases(Database database, TimeProvider time, ILogger<DatabaseLeases> logger)
{
    // A host whose clock is wrong must not take the runs of the coming hours.
    private static readonly TimeSpan MaxInAdvance = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Lease> _owned = new(StringComparer.Ordinal);

    internal Database Database => database;

    internal TimeProvider Time => time;

    /// <summary>When to ask again for a lease that another process owns. With jitter: processes that wait for one must not poll in step.</summary>
    public static TimeSpan PollInterval(TimeSpan length) => length / 10 * (0.5 + Random.Shared.NextDouble());

    /// <summary>Whether this process owns the lease now.</summary>
    public bool IsOwned(string name) => _owned.TryGetValue(name, out var lease) && lease.IsSure;

    /// <param name="name">What one process may do at a time, such as <c>supplier/acme</c>.</param>
    /// <param name="length">How long it stays with a process that died; the owner renews four times as often.</param>
    /// <returns>Null if another process owns it. Dispose it to release the lease.</returns>
    public Task<Lease?> TryTakeAsync(string name, TimeSpan length, CancellationToken cancellationToken) =>
        TryTakeAsync(name, length, slot: null, cancellationToken);

    /// <summary>As the overload without a slot, but null if a run of this slot or of a later one has ended.</summary>
    internal async Task<Lease?> TryTakeAsync(string name, TimeSpan length, DateTimeOffset? slot, CancellationToken cancellationToken)
    {
        // A fencing token, new each time: the next lease must not cover what was begun under a lost one.
        var holder = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}";
        var asked = time.GetTimestamp();
        var taken = await database.InTransactionAsync(transaction =>
        {
            var now = transaction.Dialect.Clock(TimeSpan.Zero);
            var isDue = slot is null ? "TRUE" : $"@slot <= {transaction.Dialect.Clock(MaxInAdvance)}";
            var isOpen = slot is null ? "" : "AND (leases.done_slot IS NULL OR leases.done_slot < @slot)";
            return transaction.FirstOrDefaultAsync<string>($"""
                INSERT INTO leases (name, holder, expires_at) SELECT @name, @holder, {transaction.Dialect.Clock(length)} WHERE {isDue}
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at WHERE leases.expires_at <= {now} {isOpen}
                RETURNING holder
                """, new { name, holder, slot });
        }, cancellationToken);
        return taken is null ? null : _owned[name] = new Lease(this, name, holder, length, asked);
    }

    /// <summary>Whether a run of this slot, or of a later one, has ended.</summary>
    internal async Task<bool> IsDoneAsync(string name, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<bool>(new CommandDefinition(
            "SELECT done_slot >= @slot FROM leases WHERE name = @name AND done_slot IS NOT NULL", new { name, slot },
            cancellationToken: cancellationToken));
    }

    /// <returns>False if the lease is lost.</returns>
    internal async Task<bool> SetEndAsync(Lease lease, TimeSpan fromNow, DateTimeOffset? doneSlot = null) => await database.InTransactionAsync(
        transaction => transaction.ExecuteAsync($"""
            UPDATE leases SET expires_at = {transaction.Dialect.Clock(fromNow)}{(doneSlot is null ? "" : ", done_slot = @doneSlot")}
            WHERE name = @Name AND holder = @Holder AND expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}
            """, new { lease.Name, lease.Holder, doneSlot })) == 1;

    internal void Forget(Lease lease) => _owned.TryRemove(KeyValuePair.Create(lease.Name, lease));

    internal void NotRenewed(Lease lease, string reason) => LogNotRenewed(logger, lease.Name, reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Name} could not be renewed: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string name, string reason);
}
