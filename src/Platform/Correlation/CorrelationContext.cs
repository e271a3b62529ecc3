namespace RealtimeTours.Platform.Correlation;

/// <summary>The correlation id that links a request with the events and log lines it causes. It flows with asynchronous calls.</summary>
public static class CorrelationContext
{
    private static readonly AsyncLocal<string?> Current = new();
    private static readonly AsyncLocal<string?> CurrentCause = new();

    // A random prefix and a counter are as unique as one random id per request, and save a system call per request.
    private static readonly string Beginning = $"req_{Guid.NewGuid():N}"[..20];
    private static long _count;

    /// <summary>The correlation id of the current request, job or event; a new one if none is set.</summary>
    public static string Id => Current.Value ??= NewId();

    /// <summary>As <see cref="Id"/>, but null if none is set.</summary>
    public static string? Known => Current.Value;

    /// <summary>The id of the event that is being handled; null outside a consumer.</summary>
    public static string? CausationId => CurrentCause.Value;

    public static void Begin(string? correlationId, string? causationId = null)
    {
        Current.Value = string.IsNullOrEmpty(correlationId) ? NewId() : correlationId;
        CurrentCause.Value = causationId;
    }

    private static string NewId() => $"{Beginning}{Interlocked.Increment(ref _count):x12}";
}
