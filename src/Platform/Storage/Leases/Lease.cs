using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Storage.Leases;

/// <summary>A lease that this process has taken. Writes under it must be fenced: see <see cref="InTransactionAsync{T}"/>.</summary>
public sealed class Lease : IAsyncDisposable
{
    private readonly DatabaseLeases _leases;
    private readonly TimeSpan _length;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private long _renewedAt;

    /// <param name="asked">The monotonic time of the request: the lease may have begun then.</param>
    internal Lease(DatabaseLeases leases, string name, string holder, TimeSpan length, long asked)
    {
        (_leases, Name, Holder, _length, _renewedAt) = (leases, name, holder, length, asked);
        _renewing = RenewAsync();
    }

    public string Name { get; }

    public string Holder { get; }

    /// <summary>False from one renewal interval before others may take it, also in a frozen process whose timers have not run yet.</summary>
    public bool IsSure =>
        !_lost.IsCancellationRequested && _leases.Time.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _length - RenewEvery;

    /// <summary>Cancelled when another process may own the lease: stop working then.</summary>
    public CancellationToken Lost => _lost.Token;

    private TimeSpan RenewEvery => _length / 4;

    /// <summary>SQL condition with <c>Name</c> and <c>Holder</c>: fences without a row lock, so the lease can still pass before the commit.</summary>
    public static string Condition(ISqlDialect dialect) =>
        $"EXISTS (SELECT 1 FROM leases WHERE name = @Name AND holder = @Holder AND expires_at > {dialect.Clock(TimeSpan.Zero)})";

    /// <summary>A fenced write: checks the lease last and locks its row until the commit, as a frozen process cannot know that it lost it.</summary>
    /// <exception cref="LeaseLostException">Nothing was written.</exception>
    public Task<T> InTransactionAsync<T>(Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        _leases.Database.InTransactionAsync(async transaction =>
        {
            var result = await work(transaction);
            var owned = await transaction.FirstOrDefaultAsync<int>($"""
                SELECT 1 FROM leases WHERE name = @Name AND holder = @Holder AND expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}
                {transaction.Dialect.ForUpdate}
                """, new { Name, Holder });
            return owned == 1 ? result : throw new LeaseLostException(Name);
        }, cancellationToken);

    public async ValueTask DisposeAsync() => await EndAsync(doneSlot: null);

    /// <param name="doneSlot">The slot whose run has ended: no process begins it again.</param>
    /// <exception cref="LeaseLostException">The end of the run could not be saved.</exception>
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
            _leases.NotRenewed(this, e.Message); // it expires by itself
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

/// <summary>Another process owns the lease, or may own it.</summary>
public sealed class LeaseLostException(string name) : Exception($"The lease {name} has passed to another process.");
