namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>What was committed wakes the relay that holds its shard: this process's at once, those of others by way of <see cref="PostgresOutboxSignal"/>.</summary>
internal sealed class OutboxWakeUp
{
    /// <summary>Said to the others when a relay came or gave shards up.</summary>
    private const uint Moved = 1u << 31;

    private readonly SemaphoreSlim _here = new(0);
    private readonly SemaphoreSlim _elsewhere = new(0);
    private uint _mine;
    private uint _forOthers;
    private bool _leaseMoved;

    /// <summary>The shards whose commits concern the relay here.</summary>
    public uint Mine
    {
        get => Volatile.Read(ref _mine);
        set => Volatile.Write(ref _mine, value);
    }

    /// <summary>Another process said that a relay came, or that shards are free.</summary>
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

    /// <summary>A relay came, or shards are free: those of other processes should look at their shares.</summary>
    public void LeaseMoved() => TellOthers(Moved);

    /// <summary>Another process said so.</summary>
    public void Heard(uint said)
    {
        if ((said & Moved) != 0) IsLeaseMoved = true;
        if ((said & (Mine | Moved)) != 0) Signal(_here);
    }

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => await _here.WaitAsync(atMost, cancellationToken);

    /// <summary>What there is to tell to the other processes, all of it at once.</summary>
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

    // One signal stands for any number of reasons; now and then one too many does no harm.
    private static void Signal(SemaphoreSlim waiting)
    {
        if (waiting.CurrentCount == 0) waiting.Release();
    }
}
