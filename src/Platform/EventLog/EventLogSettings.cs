using Microsoft.Extensions.Configuration;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.EventLog;

/// <param name="Keep">How long events stay in the log. Inbox rows stay longer, so that a replayed event is still recognized.</param>
/// <param name="MaxStreamBytes">Limit of the broker's stream. Its oldest part is deleted beyond it, even before <paramref name="Keep"/> ends.</param>
public sealed record EventLogSettings(TimeSpan Keep, long MaxStreamBytes)
{
    public static EventLogSettings Default { get; } = new(TimeSpan.FromDays(7), 5_000_000_000);

    /// <summary>An inbox row is needed while its event can come again: by a replay, and by the retries after it (a day at most each).</summary>
    public TimeSpan KeepInbox => Keep + TimeSpan.FromDays(10);

    /// <exception cref="InvalidSettingException"><c>EVENT_LOG_DAYS</c> or <c>EVENT_LOG_MAX_MB</c> is out of range.</exception>
    public static EventLogSettings Read(IConfiguration configuration) => new(
        TimeSpan.FromDays(configuration.WholeNumber("EVENT_LOG_DAYS", "EventLog:Days", (int)Default.Keep.TotalDays, min: 1, max: 3_650)),
        configuration.WholeNumber(
            "EVENT_LOG_MAX_MB", "EventLog:MaxMegabytes", (int)(Default.MaxStreamBytes / 1_000_000), min: 10, max: 100_000_000) * 1_000_000L);
}
