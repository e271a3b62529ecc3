namespace RealtimeTours.Platform.Storage;

/// <summary>What became of work that only one process at a time may do.</summary>
public abstract record Turn<T>
{
    private Turn()
    {
    }

    /// <summary>It was done and committed.</summary>
    public sealed record Taken(T Result) : Turn<T>;

    /// <summary>Another transaction was at it: nothing was done.</summary>
    public sealed record Busy : Turn<T>;
}
