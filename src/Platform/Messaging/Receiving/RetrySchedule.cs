using System.Globalization;
using Microsoft.Extensions.Configuration;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>The backoff before each retry of a failed message; after the last one it is dead-lettered.</summary>
internal sealed record RetrySchedule(IReadOnlyList<TimeSpan> Delays)
{
    public const string Setting = "Messaging:RetryDelays";
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static RetrySchedule Default { get; } = new([.. new[] { 1, 5, 30, 300 }.Select(seconds => TimeSpan.FromSeconds(seconds))]);

    public int MaxAttempts => Delays.Count + 1;

    /// <returns>The wait before the next attempt; null if <paramref name="attempt"/> (from 1) was the last.</returns>
    public TimeSpan? DelayAfter(int attempt) => attempt <= Delays.Count ? Delays[Math.Max(attempt, 1) - 1] : null;

    /// <summary>Reads <c>Messaging:RetryDelays</c>: a list with commas or an array, each in seconds (<c>0.5</c>) or as <c>hh:mm:ss</c>.</summary>
    /// <exception cref="InvalidSettingException">Not 1 to 10 delays, or one that cannot be read.</exception>
    public static RetrySchedule Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        var texts = section.Value?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [.. section.GetChildren().Select(child => child.Value?.Trim() ?? "")];
        if (texts.Length == 0) return Default;
        if (texts.Length > 10) throw new InvalidSettingException($"{Setting} has {texts.Length} delays; at most 10 are allowed.");
        return new RetrySchedule([.. texts.Select(Parse)]);
    }

    private static TimeSpan Parse(string text)
    {
        var parsed = text.Contains(':')
            ? TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : (TimeSpan?)null
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= Longest.TotalSeconds
                ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1_000))
                : null;
        return parsed is { } delay && delay >= Shortest && delay <= Longest
            ? delay
            : throw new InvalidSettingException(
                $"{Setting} contains '{text}' but each delay must be seconds or hh:mm:ss, above zero and at most one day, such as 1,5,30,300.");
    }
}
