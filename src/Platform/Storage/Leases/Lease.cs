using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Leases;

/// <summary>A lease while it is held. What is written under it has to be fenced: see <see cref="InTransactionAsync{T}"/>.</summary>
public sealed class Lease : IAsyncDisposable
{
    private readonly DatabaseLeases _leases;
    private readonly TimeSpan _length;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private long _renewedAt;

    /// <param name="asked">When it was asked for, by this process's monotonic clock: it may have begun then.</param>
    internal Lease(DatabaseLeases leases, string name, string holder, TimeSpan length, long asked)
    {
        (_leases, Name, Holder, _length, _renewedAt) = (leases, name, holder, length, asked);
        _renewing = RenewAsync();
    }

    public string Name { get; }

    public string Holder { get; }

    /// <summary>False from a tick before the others may start, also in a process that was frozen and whose timers have not run yet.</summary>
    public bool IsSure =>
        !_lost.IsCancellationRequested && _leases.Time.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _length - RenewEvery;

    /// <summary>Cancelled when the lease may have passed to another process: stop working then.</summary>
    public CancellationToken Lost => _lost.Token;

    private TimeSpan RenewEvery => _length / 4;

    /// <summary>
    /// A condition of SQL that is true while this lease is held, by the database's clock; needs the arguments <c>Name</c> and <c>Holder</c>.
    /// For writes that must not lock the lease's row; they are fenced but for the round trip between this condition and the commit.
    /// </summary>
    public static string Condition(ISqlDialect dialect) =>
        $"EXISTS (SELECT 1 FROM leases WHERE name = @Name AND holder = @Holder AND expires_at > {dialect.Clock(TimeSpan.Zero)})";

    /// <summary>
    /// A fenced write: as <see cref="Database.InTransactionAsync{T}"/>, but rolled back where the lease is lost. A process that was frozen does
    /// not know that, so the database is asked last of all, and the lease's row is locked until the commit: nobody takes the lease in between.
    /// </summary>
    /// <exception cref="LeaseLostException">Nothing was written.</exception>
    public Task<T> InTransactionAsync<T>(Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        _leases.Database.InTransactionAsync(async transaction =>
        {
            var result = await work(transaction);
            var held = await transaction.FirstOrDefaultAsync<int>($"""
                SELECT 1 FROM leases WHERE name = @Name AND holder = @Holder AND expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}
                {transaction.Dialect.ForUpdate}
                """, new { Name, Holder });
            return held == 1 ? result : throw new LeaseLostException(Name);
        }, cancellationToken);

    public async ValueTask DisposeAsync() => await EndAsync(doneSlot: null);

    /// <param name="doneSlot">Of a job: the run of this slot has ended, nobody is to begin another.</param>
    /// <exception cref="LeaseLostException">That could not be noted.</exception>
    internal async Task EndAsync(DateTimeOffset? doneSlot)
    {
        if (_stop.IsCancellationRequested) return;
        _leases.Forget(this);
        await _stop.CancelAsync();
        await _renewing;
        try
        {
            if (!await _leases.SetEndAsync(this, TimeSpan.Zero, doneSlot) && doneSlot is not null) throw new LeaseLostException(Name);
        }
        catch (Exception e) when (doneSlot is null)
        {
            _leases.NotRenewed(this, e.Message); // it ends by itself
        }
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(RenewEvery, _leases.Time);
        while (await NextTickAsync(timer))
        {
            try
            {
                var asked = _leases.Time.GetTimestamp();
                if (await _leases.SetEndAsync(this, _length)) Volatile.Write(ref _renewedAt, asked);
                else await _lost.CancelAsync();
            }
            catch (Exception e)
            {
                _leases.NotRenewed(this, e.Message);
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

/// <summary>Another process has the lease, or may have it.</summary>
public sealed class LeaseLostException(string name) : Exception($"The lease {name} has passed to another process.");
