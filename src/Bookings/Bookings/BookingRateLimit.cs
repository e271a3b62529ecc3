using System.Globalization;
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
        limiter.AddPolicy(Policy, context => RateLimitPartition.GetTokenBucketLimiter(UserOf(context), _ => Bucket(settings)));
        limiter.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_requests", $"You ask for too many bookings; try again in {seconds} s.")
                .ExecuteAsync(rejected.HttpContext);
        };
    });

    internal static TokenBucketRateLimiterOptions Bucket(BookingSettings settings)
    {
        // A bucket adds whole tokens only: one at a time up to ten a second, more at a time above, always the exact rate.
        var tokens = (settings.RequestsPerMinute + 599) / 600;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.RequestBurst, TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromMinutes((double)tokens / settings.RequestsPerMinute), QueueLimit = 0,
        };
    }

    // A request without a user is refused before it takes a token.
    private static string UserOf(HttpContext context) => context.User.FindFirst("sub")?.Value ?? "";
}
