using System.Collections.Frozen;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>How the simulated supplier behaves. May be changed while it runs; the next request sees it.</summary>
internal sealed class SimulatedSupplierOptions
{
    public const string DefaultApiKey = "simulated-supplier";

    public string ApiKey { get; init; } = DefaultApiKey;

    /// <summary>On loopback; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The delay before every answer. Real suppliers take 3 to 5 s.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(80);

    /// <summary>A random delay up to this is added.</summary>
    public TimeSpan LatencyJitter { get; set; }

    public TimeSpan Think() => Latency + LatencyJitter * Random.Shared.NextDouble();

    /// <summary>The share of requests, from 0 to 1, that is answered 500.</summary>
    public double ErrorRate { get; set; }

    /// <summary>The rate limit; null for none.</summary>
    public int? RequestsPerMinute { get; set; }

    public RateLimitAnswer RateLimitAnswer { get; set; }

    /// <summary>The time in which the seats sold to others go from one level to the next; null for no change.</summary>
    public TimeSpan? DriftEvery { get; set; } = TimeSpan.FromMinutes(10);

    public IReadOnlySet<string> Withdrawn { get; set; } = FrozenSet<string>.Empty;

    /// <summary>How long an unconfirmed reservation holds its seats where the request does not say.</summary>
    public TimeSpan HoldFor { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>The three ways in which OCTO suppliers say "too many requests".</summary>
internal enum RateLimitAnswer
{
    /// <summary>HTTP 429 with <c>Retry-After</c> in seconds.</summary>
    Status429,

    /// <summary>HTTP 503 with <c>Retry-After</c> as a date.</summary>
    Status503,

    /// <summary>HTTP 400 with <c>{"error":"TOO_MANY_REQUESTS","retryAfter":n}</c>.</summary>
    Status400,
}
