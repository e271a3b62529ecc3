using System.Numerics;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// Which shards this process publishes: its fair share, under a lease by the database's clock, renewed every second; it lapses if the process dies.
/// Unlike with <see cref="Leases.DatabaseLeases"/>, one transaction sees all processes. A standby has shards only while no other process runs.
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
    private uint _owned;
    private long _asked;

    public OutboxLease(
        Database database, IDatabaseEngine engine, OutboxSettings settings, OutboxWakeUp wakeUp, StorageMetrics metrics, TimeProvider time)
    {
        (_database, _settings, _wakeUp, _metrics, _time, _isShared) = (database, settings, wakeUp, metrics, time, engine.IsShared);
        if (!_isShared) Own(OutboxShards.All);
    }

    /// <summary>Empty shortly before another process may take them, also in one that was frozen while its lease lapsed.</summary>
    public uint Owned => !_isShared || _time.GetElapsedTime(_asked) < _settings.Lease ? _owned : 0;

    public TimeSpan RenewEvery => _settings.Lease / 4;

    /// <summary>Whether to renew the lease or to check the shares.</summary>
    public bool IsDue => _isShared && (_wakeUp.IsLeaseMoved || !_counted || _time.GetElapsedTime(_asked) >= RenewEvery);

    /// <summary>Renews the lease, gives back what exceeds its share and takes free shards.</summary>
    /// <param name="busy">Events may be in flight: nothing is given back.</param>
    /// <returns>True if something would have to be given back.</returns>
    public async Task<bool> KeepAsync(bool busy)
    {
        _wakeUp.IsLeaseMoved = false;
        var asked = _time.GetTimestamp();
        // One process at a time; a second one tries again at its next poll.
        var turn = await _database.TryInTransactionAsync("outbox-lease", transaction => RenewAsync(transaction, busy));
        if (turn is not Turn<(uint Owned, uint Share)>.Taken { Result: var (owned, share) })
        {
            _wakeUp.IsLeaseMoved = true;
            return false;
        }
        // A process that now has more or less than its share checks at once.
        var moved = !_counted || (_owned & ~owned) != 0;
        (_asked, _counted) = (asked, true);
        Own(owned);
        if (moved) _wakeUp.LeaseMoved();
        return owned != share;
    }

    public async Task GiveUpAsync()
    {
        if (!_counted) return;
        _counted = false;
        Own(0);
        await _database.InTransactionAsync(
            transaction => transaction.ExecuteAsync("DELETE FROM outbox_relays WHERE relay = @_relay", new { _relay }));
        _wakeUp.LeaseMoved();
    }

    private async Task<(uint Owned, uint Share)> RenewAsync(WriteTransaction transaction, bool busy)
    {
        await transaction.ExecuteAsync(
            $"DELETE FROM outbox_relays WHERE alive_until < {transaction.Dialect.Clock(TimeSpan.Zero)} AND relay <> @_relay", new { _relay });
        await transaction.ExecuteAsync($"""
            INSERT INTO outbox_relays (relay, standby, alive_until) VALUES (@_relay, @Standby, {transaction.Dialect.Clock(_settings.Lease)})
            ON CONFLICT (relay) DO UPDATE SET alive_until = excluded.alive_until
            """, new { _relay, _settings.Standby });
        var relays = await transaction.QueryAsync<bool>("SELECT standby FROM outbox_relays");
        var sharers = relays.Contains(false) ? _settings.Standby ? 0 : relays.Count(standby => !standby) : relays.Count;
        var shards = await transaction.QueryAsync<(int Shard, string? Relay)>("SELECT shard, relay FROM outbox_shards");
        var mine = shards.Where(shard => shard.Relay == _relay).Select(shard => shard.Shard).ToArray();
        var share = OutboxShards.FairShare(mine, shards.Where(shard => shard.Relay is null).Select(shard => shard.Shard), sharers);
        var owned = busy ? share | OutboxShards.Set(mine) : share;
        if (owned != OutboxShards.Set(mine))
        {
            var kept = OutboxShards.In(owned);
            await transaction.ExecuteAsync(
                $"UPDATE outbox_shards SET relay = NULL WHERE relay = @_relay AND NOT shard {transaction.Dialect.IsOneOf("kept")}",
                new { _relay, kept });
            await transaction.ExecuteAsync(
                $"UPDATE outbox_shards SET relay = @_relay WHERE shard {transaction.Dialect.IsOneOf("kept")}", new { _relay, kept });
        }
        return (owned, share);
    }

    private void Own(uint shards)
    {
        _wakeUp.Mine = _owned = shards;
        _metrics.Shards(BitOperations.PopCount(shards));
    }
}
