using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Web.Tours;

/// <summary>The time of the next supplier sync, cached until then: computing it from the cron takes longer than reading a tour.</summary>
internal sealed class NextSync(SyncSchedule schedule)
{
    private Run? _next;

    /// <summary>The <c>meta</c> of an answer.</summary>
    /// <param name="readAt">When the database was queried for this answer.</param>
    /// <param name="askedAt">When the request came. If the query was later, it was made for this request: source "database", not "cache".</param>
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
