namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>A commit wakes the relay of its shard: at once in this process, through <see cref="PostgresOutboxSignal"/> in others.</summary>
internal sealed class OutboxWakeUp
{
    /// <summary>Tells other processes that a relay came or gave up shards.</summary>
    private const uint Moved = 1u << 31;

    private readonly SemaphoreSlim _here = new(0);
    private readonly SemaphoreSlim _elsewhere = new(0);
    private uint _mine;
    private uint _forOthers;
    private bool _leaseMoved;

    /// <summary>The shards of this process's relay.</summary>
    public uint Mine
    {
        get => Volatile.Read(ref _mine);
        set => Volatile.Write(ref _mine, value);
    }

    /// <summary>Another process reported that a relay came or that shards are free.</summary>
    public bool IsLeaseMoved
    {
        get => Volatile.Read(ref _leaseMoved);
        set => Volatile.Write(ref _leaseMoved, value);
    }

    public void Committed(uint shards)
    {
        var mine = Mine;
        if ((shards & mine) != 0) Signal(_here);
        if ((shards & ~mine) != 0) TellOthers(shards & ~mine);
    }

    /// <summary>A relay came, or shards are free: other processes should check their shares.</summary>
    public void LeaseMoved() => TellOthers(Moved);

    /// <summary>Receives another process's signal.</summary>
    public void Heard(uint said)
    {
        if ((said & Moved) != 0) IsLeaseMoved = true;
        if ((said & (Mine | Moved)) != 0) Signal(_here);
    }

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => await _here.WaitAsync(atMost, cancellationToken);

    /// <summary>Waits until other processes have to be told something, and returns all of it as one bit mask.</summary>
    public async Task<uint> ForOthersAsync(CancellationToken cancellationToken)
    {
        await _elsewhere.WaitAsync(cancellationToken);
        return Interlocked.Exchange(ref _forOthers, 0);
    }

    private void TellOthers(uint news)
    {
        Interlocked.Or(ref _forOthers, news);
        Signal(_elsewhere);
    }

    // One signal stands for any number of reasons; an extra one does no harm.
    private static void Signal(SemaphoreSlim waiting)
    {
        if (waiting.CurrentCount == 0) waiting.Release();
    }
}
