using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Platform.Hosting.Idempotency;

public static class IdempotencyModule
{
    /// <summary>Adds the job that deletes old answers. Requires the storage.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services) =>
        services.AddFencedJob<IdempotencyKeyExpiry>(IdempotencyKeyExpiry.Name, IdempotencyKeyExpiry.EveryHour);
}
