using System.Collections.Frozen;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>What <c>GET /admin</c> shows and <c>PATCH /admin</c> changes. An absent field stays as it is; 0 means none or no limit.</summary>
/// <param name="ErrorRate">From 0 to 1.</param>
/// <param name="RateLimitAnswer"><c>429</c>, <c>503</c> or <c>400</c>: the status beyond the rate limit.</param>
/// <param name="DriftSeconds">0: nobody else books.</param>
/// <param name="Withdrawn">Ids of products it no longer sells.</param>
internal sealed record SimulatedBehaviour(
    int? LatencyMilliseconds = null, int? LatencyJitterMilliseconds = null, double? ErrorRate = null, int? RequestsPerMinute = null,
    int? RateLimitAnswer = null, int? DriftSeconds = null, int? HoldMinutes = null, string[]? Withdrawn = null);

/// <summary>Makes the simulated supplier slow, broken or strict at run time. On loopback only, and with its key only.</summary>
internal static class SimulatedSupplierAdmin
{
    public const string Path = "/admin";
    private const int MaxMilliseconds = 120_000;

    public static void MapAdmin(this IEndpointRouteBuilder routes, SimulatedSupplierOptions options)
    {
        routes.MapGet(Path, context => OctoJson.WriteAsync(context, Of(options)));
        routes.MapPatch(Path, async context =>
        {
            Apply(await OctoJson.ReadAsync<SimulatedBehaviour>(context.Request), options);
            await OctoJson.WriteAsync(context, Of(options));
        });
    }

    private static SimulatedBehaviour Of(SimulatedSupplierOptions options) => new(
        (int)options.Latency.TotalMilliseconds, (int)options.LatencyJitter.TotalMilliseconds, options.ErrorRate, options.RequestsPerMinute ?? 0,
        options.RateLimitAnswer switch { RateLimitAnswer.Status503 => 503, RateLimitAnswer.Status400 => 400, _ => 429 },
        (int)(options.DriftEvery?.TotalSeconds ?? 0), (int)options.HoldFor.TotalMinutes, [.. options.Withdrawn.Order(StringComparer.Ordinal)]);

    private static void Apply(SimulatedBehaviour wanted, SimulatedSupplierOptions options)
    {
        var answer = wanted.RateLimitAnswer switch
        {
            null => options.RateLimitAnswer,
            429 => RateLimitAnswer.Status429,
            503 => RateLimitAnswer.Status503,
            400 => RateLimitAnswer.Status400,
            _ => throw OctoError.BadRequest("rateLimitAnswer must be 429, 503 or 400"),
        };
        if (wanted.ErrorRate is < 0 or > 1 or double.NaN) throw OctoError.BadRequest("errorRate must be from 0 to 1");
        Require("latencyMilliseconds", wanted.LatencyMilliseconds, 0, MaxMilliseconds);
        Require("latencyJitterMilliseconds", wanted.LatencyJitterMilliseconds, 0, MaxMilliseconds);
        Require("requestsPerMinute", wanted.RequestsPerMinute, 0, 1_000_000);
        Require("driftSeconds", wanted.DriftSeconds, 0, 86_400);
        Require("holdMinutes", wanted.HoldMinutes, 1, 1_440);

        options.RateLimitAnswer = answer;
        options.ErrorRate = wanted.ErrorRate ?? options.ErrorRate;
        if (wanted.LatencyMilliseconds is { } latency) options.Latency = TimeSpan.FromMilliseconds(latency);
        if (wanted.LatencyJitterMilliseconds is { } jitter) options.LatencyJitter = TimeSpan.FromMilliseconds(jitter);
        if (wanted.RequestsPerMinute is { } limit) options.RequestsPerMinute = limit == 0 ? null : limit;
        if (wanted.DriftSeconds is { } drift) options.DriftEvery = drift == 0 ? null : TimeSpan.FromSeconds(drift);
        if (wanted.HoldMinutes is { } hold) options.HoldFor = TimeSpan.FromMinutes(hold);
        if (wanted.Withdrawn is { } withdrawn) options.Withdrawn = withdrawn.ToFrozenSet();
    }

    private static void Require(string name, int? value, int min, int max)
    {
        if (value < min || value > max) throw OctoError.BadRequest($"{name} must be a whole number from {min} to {max}");
    }
}
