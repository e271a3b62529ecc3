using Microsoft.Extensions.DependencyInjection;

namespace RealtimeTours.Platform.Configuration;

public static class RegisteredSettings
{
    /// <summary>The settings that the host was started with, for a part that is being registered.</summary>
    /// <exception cref="InvalidOperationException">The host's defaults come first.</exception>
    public static PlatformSettings PlatformSettings(this IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(PlatformSettings))?.ImplementationInstance as PlatformSettings
        ?? throw new InvalidOperationException("The platform's settings are not registered yet.");
}
