namespace RealtimeTours.RealtimeHub.Telemetry;

/// <summary>A counter that <c>/metrics</c> and the operators' page both read.</summary>
internal sealed class Tally
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(long change) => Interlocked.Add(ref _value, change);
}
