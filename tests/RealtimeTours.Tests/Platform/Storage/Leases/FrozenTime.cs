namespace RealtimeTours.Tests.Platform.Storage.Leases;

/// <summary>
/// The time of a process that was frozen: its clock stands still and its timers do not run, so it does not know that it lost a lease.
/// </summary>
internal sealed class FrozenTime : TimeProvider
{
    private readonly long _timestamp = System.GetTimestamp();

    public override long GetTimestamp() => _timestamp;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
