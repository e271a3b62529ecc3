using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Web.Tours;

/// <summary>When the suppliers are asked next. Remembered until then: working it out from the cron takes longer than reading a tour.</summary>
internal sealed class NextSync(SyncSchedule schedule)
{
    private Run? _next;

    /// <summary>What every read says about itself.</summary>
    /// <param name="readAt">When the database was asked for what is answered.</param>
    /// <param name="askedAt">When the reader came: the database was asked for him, or together with him, if that was later.</param>
    public TourMeta Meta(DateTimeOffset readAt, DateTimeOffset askedAt, DateTimeOffset now) => new(
        readAt < askedAt ? "cache" : "database", readAt < askedAt ? Seconds(now - readAt) : 0, After(now) is { } next ? Seconds(next - now) : 0);

    private DateTimeOffset? After(DateTimeOffset now)
    {
        if (Volatile.Read(ref _next) is { } next && now >= next.KnownFrom && !(now >= next.At)) return next.At;
        next = new Run(now, schedule.NextAfter(now));
        Volatile.Write(ref _next, next);
        return next.At;
    }

    private static int Seconds(TimeSpan span) => (int)Math.Clamp(span.TotalSeconds, 0, int.MaxValue);

    private sealed record Run(DateTimeOffset KnownFrom, DateTimeOffset? At);
}
