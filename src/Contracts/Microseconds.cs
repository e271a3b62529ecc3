namespace RealtimeTours.Contracts;

/// <summary>Timestamps as both databases keep them: UTC, cut to microseconds.</summary>
public static class Microseconds
{
    /// <summary>A departure is found by its start: with a further digit (100 ns) there would be a second one, that nobody can book.</summary>
    public static DateTimeOffset Of(DateTimeOffset value) => new(value.UtcTicks - value.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
