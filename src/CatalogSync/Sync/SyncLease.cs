using System.Collections.Concurrent;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>
/// Lets one process at a time call a supplier, over all processes on the database. The database's clock decides; the holder renews while it
/// works, and one that dies loses the lease after <see cref="SyncTiming.Lease"/>.
/// </summary>
internal sealed class SyncLease(Database database, SyncTiming timing, TimeProvider time, ILogger<SyncLease> logger)
{
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);

    private TimeSpan RenewEvery => timing.Lease / 4;

    /// <summary>Whether this process is the one that may call the supplier now: its budgets of calls are one process's.</summary>
    public bool IsHeld(string supplierId) => _held.TryGetValue(NameOf(supplierId), out var held) && held.IsSure;

    /// <returns>Null where another process has it. Dispose to let go.</returns>
    public async Task<Held?> TryTakeAsync(string supplierId, CancellationToken cancellationToken)
    {
        var name = NameOf(supplierId);
        var holder = Ids.New("sync_"); // a new one each time: what this process began under a lost lease is not covered by the next
        var clock = database.Dialect.Clock(TimeSpan.Zero);
        var taken = await database.InTransactionAsync(transaction => transaction.FirstOrDefaultAsync<string>($"""
            INSERT INTO sync_leases (name, holder, expires_at, last_slot) VALUES (@name, @holder, {transaction.Dialect.Clock(timing.Lease)}, {clock})
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at, last_slot = excluded.last_slot
            WHERE sync_leases.expires_at <= {clock}
            RETURNING holder
            """, new { name, holder }), cancellationToken);
        return taken is null ? null : _held[name] = new Held(this, name, holder);
    }

    private static string NameOf(string supplierId) => $"supplier/{supplierId}";

    private Task<int> SetEndAsync(Held held, TimeSpan fromNow) => database.InTransactionAsync(transaction => transaction.ExecuteAsync(
        $"UPDATE sync_leases SET expires_at = {transaction.Dialect.Clock(fromNow)} WHERE name = @Name AND holder = @Holder AND expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}",
        new { held.Name, held.Holder }));

    /// <summary>The lease while it is held.</summary>
    internal sealed class Held : IAsyncDisposable
    {
        private readonly SyncLease _lease;
        private readonly CancellationTokenSource _lost = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _renewing;
        private long _renewedAt;

        public Held(SyncLease lease, string name, string holder)
        {
            (_lease, Name, Holder, _renewedAt) = (lease, name, holder, lease.Time.GetTimestamp());
            _renewing = RenewAsync();
        }

        public string Name { get; }

        public string Holder { get; }

        /// <summary>False from a tick before the others may start, also in a process that was frozen and whose timers have not run yet.</summary>
        public bool IsSure => _lease.Time.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _lease.Length - _lease.RenewEvery;

        /// <summary>Cancelled when the lease may have passed to another process: stop working then.</summary>
        public CancellationToken Lost => _lost.Token;

        /// <summary>
        /// A condition of SQL that holds while this lease does, by the database's clock; needs the arguments <c>Name</c> and <c>Holder</c>. A process that
        /// was frozen does not know that it has lost the lease until its timers have run: what it writes must ask.
        /// </summary>
        public static string Condition(ISqlDialect dialect) =>
            $"EXISTS (SELECT 1 FROM sync_leases WHERE name = @Name AND holder = @Holder AND expires_at > {dialect.Clock(TimeSpan.Zero)})";

        public async ValueTask DisposeAsync()
        {
            _lease._held.TryRemove(KeyValuePair.Create(Name, this));
            await _stop.CancelAsync();
            await _renewing;
            try
            {
                await _lease.SetEndAsync(this, TimeSpan.Zero);
            }
            catch (Exception e)
            {
                CatalogSyncLog.LeaseNotRenewed(_lease.Logger, e.Message); // it ends by itself
            }
            _stop.Dispose();
            _lost.Dispose();
        }

        private async Task RenewAsync()
        {
            using var timer = new PeriodicTimer(_lease.RenewEvery, _lease.Time);
            while (await NextTickAsync(timer))
            {
                try
                {
                    var asked = _lease.Time.GetTimestamp();
                    if (await _lease.SetEndAsync(this, _lease.Length) == 1) Volatile.Write(ref _renewedAt, asked);
                    else await _lost.CancelAsync();
                }
                catch (Exception e)
                {
                    CatalogSyncLog.LeaseNotRenewed(_lease.Logger, e.Message);
                }
                if (!IsSure) await _lost.CancelAsync();
            }
        }

        private async Task<bool> NextTickAsync(PeriodicTimer timer)
        {
            try
            {
                return await timer.WaitForNextTickAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private TimeSpan Length => timing.Lease;

    private ILogger Logger => logger;

    private TimeProvider Time => time;
}
