using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary>Rate limit of <c>POST /api/signup</c>: a token bucket per client's address in each Web process, as each costs a hash.</summary>
internal static class SignUpRateLimit
{
    public const string Policy = "sign-up";

    public static IServiceCollection AddSignUpRateLimit(this IServiceCollection services, UserSettings settings) =>
        services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Policy, context => RateLimitPartition.GetTokenBucketLimiter(
            context.Connection.RemoteIpAddress is { } remote ? $"{ClientNetwork.Of(remote)}" : "",
            _ => RateLimits.Bucket(settings.SignUpsPerMinute, burst: settings.SignUpsPerMinute)));
        limiter.AnswerRejected();
    });
}
