using System.Threading.RateLimiting;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Rate limit of <c>POST /api/bookings</c>: a token bucket per user in each Web process; beyond it, 429 with <c>Retry-After</c>.</summary>
internal static class BookingRateLimit
{
    public const string Policy = "booking";

    public static IServiceCollection AddBookingRateLimit(this IServiceCollection services, BookingSettings settings) =>
        services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Policy, context => RateLimitPartition.GetTokenBucketLimiter(
            UserOf(context), _ => RateLimits.Bucket(settings.RequestsPerMinute, settings.RequestBurst)));
        limiter.AnswerRejected();
    });

    // A request without a user is refused before it takes a token.
    private static string UserOf(HttpContext context) => context.User.FindFirst("sub")?.Value ?? "";
}
