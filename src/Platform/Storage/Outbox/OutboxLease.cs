using System.Numerics;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// Which shards this process publishes: its fair share of all, by the database's clock and under a lease that it renews every second. The shards of a process that
/// died or stands still are free when its lease lapses; one that stops, or cannot reach the broker, gives them up at once. One on standby holds shards only while there
/// is no other. A database that belongs to one process needs no lease. It is not one of <see cref="Leases.DatabaseLeases"/>: those have one holder, while here all
/// processes agree on fair shares, in one transaction that sees all of them.
/// </summary>
internal sealed class OutboxLease
{
    private readonly Database _database;
    private readonly OutboxSettings _settings;
    private readonly OutboxWakeUp _wakeUp;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly bool _isShared;
    private readonly string _relay = Ids.New($"{Environment.MachineName}:{Environment.ProcessId}:");
    private bool _counted;
    private uint _held;
    private long _asked;

    public OutboxLease(Database database, IDatabaseEngine engine, OutboxSettings settings, OutboxWakeUp wakeUp, StorageMetrics metrics, TimeProvider time)
    {
        (_database, _settings, _wakeUp, _metrics, _time, _isShared) = (database, settings, wakeUp, metrics, time, engine.IsShared);
        if (!_isShared) Hold(OutboxShards.All);
    }

    /// <summary>Empty from a moment before another process may take them, also in one that was frozen and did not see its lease lapse.</summary>
    public uint Held => !_isShared || _time.GetElapsedTime(_asked) < _settings.Lease ? _held : 0;

    public TimeSpan RenewEvery => _settings.Lease / 4;

    /// <summary>Time to renew it, or to look at the shares.</summary>
    public bool IsDue => _isShared && (_wakeUp.IsLeaseMoved || !_counted || _time.GetElapsedTime(_asked) >= RenewEvery);

    /// <summary>Renews the lease, gives back what is more than its share and takes what is free.</summary>
    /// <param name="busy">Events may be under way: nothing is given back.</param>
    /// <returns>True where something would have to be.</returns>
    public async Task<bool> KeepAsync(bool busy)
    {
        _wakeUp.IsLeaseMoved = false;
        var asked = _time.GetTimestamp();
        // One at a time over all processes; who comes second tries again with the next look.
        var (entered, renewed) = await _database.TryInTransactionAsync("outbox-lease", transaction => RenewAsync(transaction, busy));
        if (!entered)
        {
            _wakeUp.IsLeaseMoved = true;
            return false;
        }
        var (held, share) = renewed;
        // Whoever holds more than its share now, or less, looks at once.
        var moved = !_counted || (_held & ~held) != 0;
        (_asked, _counted) = (asked, true);
        Hold(held);
        if (moved) _wakeUp.LeaseMoved();
        return held != share;
    }

    public async Task GiveUpAsync()
    {
        if (!_counted) return;
        _counted = false;
        Hold(0);
        await _database.InTransactionAsync(transaction => transaction.ExecuteAsync("DELETE FROM outbox_relays WHERE relay = @_relay", new { _relay }));
        _wakeUp.LeaseMoved();
    }

    private async Task<(uint Held, uint Share)> RenewAsync(WriteTransaction transaction, bool busy)
    {
        await transaction.ExecuteAsync($"DELETE FROM outbox_relays WHERE alive_until < {transaction.Dialect.Clock(TimeSpan.Zero)} AND relay <> @_relay", new { _relay });
        await transaction.ExecuteAsync($"""
            INSERT INTO outbox_relays (relay, standby, alive_until) VALUES (@_relay, @Standby, {transaction.Dialect.Clock(_settings.Lease)})
            ON CONFLICT (relay) DO UPDATE SET alive_until = excluded.alive_until
            """, new { _relay, _settings.Standby });
        var relays = await transaction.QueryAsync<bool>("SELECT standby FROM outbox_relays");
        var sharers = relays.Contains(false) ? _settings.Standby ? 0 : relays.Count(standby => !standby) : relays.Count;
        var shards = await transaction.QueryAsync<(int Shard, string? Relay)>("SELECT shard, relay FROM outbox_shards");
        var mine = shards.Where(shard => shard.Relay == _relay).Select(shard => shard.Shard).ToArray();
        var share = OutboxShards.FairShare(mine, shards.Where(shard => shard.Relay is null).Select(shard => shard.Shard), sharers);
        var held = busy ? share | OutboxShards.Set(mine) : share;
        if (held != OutboxShards.Set(mine))
        {
            var kept = OutboxShards.In(held);
            await transaction.ExecuteAsync($"UPDATE outbox_shards SET relay = NULL WHERE relay = @_relay AND NOT shard {transaction.Dialect.IsOneOf("kept")}", new { _relay, kept });
            await transaction.ExecuteAsync($"UPDATE outbox_shards SET relay = @_relay WHERE shard {transaction.Dialect.IsOneOf("kept")}", new { _relay, kept });
        }
        return (held, share);
    }

    private void Hold(uint shards)
    {
        _wakeUp.Mine = _held = shards;
        _metrics.Shards(BitOperations.PopCount(shards));
    }
}
