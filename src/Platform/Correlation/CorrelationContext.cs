namespace RealtimeTours.Platform.Correlation;

/// <summary>The id that ties a request to the events and log lines it causes; flows with the async call.</summary>
public static class CorrelationContext
{
    private static readonly AsyncLocal<string?> Current = new();
    private static readonly AsyncLocal<string?> CurrentCause = new();

    // A random beginning and a count tell apart as well as a random id each, and asking the system for randomness would be a call per request.
    private static readonly string Beginning = $"req_{Guid.NewGuid():N}"[..20];
    private static long _count;

    /// <summary>The correlation id of the request, job or event being handled; a new one where nobody set it.</summary>
    public static string Id => Current.Value ??= NewId();

    /// <summary>The same, null where nobody set it.</summary>
    public static string? Known => Current.Value;

    /// <summary>The event being handled, null outside a consumer.</summary>
    public static string? CausationId => CurrentCause.Value;

    public static void Begin(string? correlationId, string? causationId = null)
    {
        Current.Value = string.IsNullOrEmpty(correlationId) ? NewId() : correlationId;
        CurrentCause.Value = causationId;
    }

    private static string NewId() => $"{Beginning}{Interlocked.Increment(ref _count):x12}";
}
