using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>What limits on requests have in common: their token buckets, and the answer 429 with <c>Retry-After</c>.</summary>
public static class RateLimits
{
    public static TokenBucketRateLimiterOptions Bucket(int perMinute, int burst)
    {
        // A bucket adds whole tokens only: one at a time up to ten a second, more at a time above, always the exact rate.
        var tokens = (perMinute + 599) / 600;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst, TokensPerPeriod = tokens, ReplenishmentPeriod = TimeSpan.FromMinutes((double)tokens / perMinute), QueueLimit = 0,
        };
    }

    /// <summary>The answer of every policy: the framework keeps one for all.</summary>
    public static void AnswerRejected(this RateLimiterOptions limiter) => limiter.OnRejected = async (rejected, _) =>
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        await TooMany(rejected.HttpContext.Response, wait, "You ask for this too often").ExecuteAsync(rejected.HttpContext);
    };

    public static IResult TooMany(HttpResponse response, TimeSpan wait, string what)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_requests", $"{what}; try again in {seconds} s.");
    }
}
