using Microsoft.Extensions.DependencyInjection;

namespace RealtimeTours.Platform.Configuration;

public static class RegisteredSettings
{
    /// <exception cref="InvalidOperationException">The host's defaults have not been added yet.</exception>
    public static PlatformSettings PlatformSettings(this IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(PlatformSettings))?.ImplementationInstance as PlatformSettings
        ?? throw new InvalidOperationException("The platform's settings are not registered yet.");
}
