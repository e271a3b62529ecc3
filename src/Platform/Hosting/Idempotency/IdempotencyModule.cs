using Microsoft.Extensions.DependencyInjection;

namespace RealtimeTours.Platform.Hosting.Idempotency;

public static class IdempotencyModule
{
    /// <summary>Forgets old answers. Needs the storage.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services) => services.AddHostedService<IdempotencyKeyExpiry>();
}
