using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Retry with backoff and jitter, circuit breaker and token budget of one supplier, and the pauses it asks for (rate limit).</summary>
internal sealed class SupplierResilience
{
    // The pause after a rate limit that states none, and the longest pause that one header can cause.
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private readonly ResiliencePipeline<SupplierResponse> _reads;
    private readonly ResiliencePipeline<SupplierResponse> _changes;
    private readonly CallBudget? _budget;
    private readonly TimeProvider _time;
    private long _quietUntil;

    public SupplierResilience(SupplierSettings settings, TimeProvider time)
    {
        _time = time;
        _budget = settings.CallsPerMinute is { } limit ? new CallBudget(limit, time) : null;
        // One circuit breaker for reads and changes: a supplier that fails one fails the other.
        var breaker = Builder().AddCircuitBreaker(Breaker(settings)).Build();
        _reads = Retrying(failure => failure.MayPass);
        _changes = Retrying(failure => failure is { MayPass: true, NeverSent: true });

        ResiliencePipelineBuilder<SupplierResponse> Builder() => new() { TimeProvider = time };

        ResiliencePipeline<SupplierResponse> Retrying(Func<SupplierFailure, bool> mayBeRepeated) =>
            settings.Retries == 0 ? breaker : Builder().AddRetry(Retry(settings, mayBeRepeated)).AddPipeline(breaker).Build();
    }

    /// <param name="changes">True for a call that is retried only where the attempt before certainly did nothing.</param>
    /// <param name="attempt">One call. Its result reports failures; it throws on cancellation only.</param>
    public async ValueTask<SupplierResponse> ExecuteAsync(
        bool changes, Func<CancellationToken, ValueTask<SupplierResponse>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await (changes ? _changes : _reads).ExecuteAsync(token => Attempt(attempt, token), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            return SupplierResponse.Failed(
                SupplierFailureKind.CircuitOpen, "Not called: too many calls to the supplier have just failed", neverSent: true);
        }
    }

    private async ValueTask<SupplierResponse> Attempt(
        Func<CancellationToken, ValueTask<SupplierResponse>> attempt, CancellationToken cancellationToken)
    {
        if (QuietFor() is { } before) return before;
        if (_budget is not null)
        {
            await _budget.WaitAsync(cancellationToken);
            if (QuietFor() is { } meanwhile) return meanwhile; // another call got a pause while this one waited for its turn
        }
        var response = await attempt(cancellationToken);
        if (response.Failure is { Kind: SupplierFailureKind.RateLimited } limited)
        {
            var pause = limited.RetryAfter ?? DefaultRetryAfter;
            Volatile.Write(ref _quietUntil, (_time.GetUtcNow() + (pause < LongestRetryAfter ? pause : LongestRetryAfter)).UtcTicks);
        }
        return response;
    }

    private SupplierResponse? QuietFor()
    {
        var quiet = new DateTimeOffset(Volatile.Read(ref _quietUntil), TimeSpan.Zero) - _time.GetUtcNow();
        return quiet > TimeSpan.Zero
            ? new SupplierResponse(default, null, new SupplierFailure(SupplierFailureKind.RateLimited,
                $"Not called: the supplier asked for a pause that ends in {Math.Ceiling(quiet.TotalSeconds)} s", quiet) { NeverSent = true })
            : null;
    }

    private static RetryStrategyOptions<SupplierResponse> Retry(SupplierSettings settings, Func<SupplierFailure, bool> mayBeRepeated) => new()
    {
        MaxRetryAttempts = settings.Retries,
        Delay = settings.RetryDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result?.Failure is { } failure
            && (mayBeRepeated(failure) || (failure.Kind == SupplierFailureKind.RateLimited && failure.RetryAfter <= settings.LongestWait))),
        // Null: the pipeline's own backoff. A little more than Retry-After, since the supplier's clock decides.
        DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.Failure?.RetryAfter is { } pause
            ? pause + TimeSpan.FromMilliseconds(20 + Random.Shared.Next(200))
            : (TimeSpan?)null),
    };

    private static CircuitBreakerStrategyOptions<SupplierResponse> Breaker(SupplierSettings settings) => new()
    {
        FailureRatio = 0.8,
        MinimumThroughput = 10,
        SamplingDuration = TimeSpan.FromSeconds(30),
        BreakDuration = settings.BreakDuration,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result?.Failure is { MayPass: true }),
    };
}
