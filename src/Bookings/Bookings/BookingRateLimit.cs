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

    private static TokenBucketRateLimiterOptions Bucket(BookingSettings settings) => new()
    {
        TokenLimit = settings.RequestBurst,
        // A bucket adds whole tokens only: several a second above 60 a minute, one every few seconds below.
        TokensPerPeriod = Math.Max(1, settings.RequestsPerMinute / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / settings.RequestsPerMinute)),
        QueueLimit = 0,
    };

    // A request without a user is refused before it takes a token.
    private static string UserOf(HttpContext context) => context.User.FindFirst("sub")?.Value ?? "";
}
