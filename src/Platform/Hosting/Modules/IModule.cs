using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RealtimeTours.Platform.Hosting.Modules;

/// <summary>
/// One part of the system in one folder, which a host gets by one line of its list. It brings its consumers, jobs, services, metrics and REST; its tables are
/// scripts <c>Schema/NNN_name.sql</c> in its folder. How to make one: docs/how-to.md.
/// </summary>
public interface IModule
{
    /// <summary>As <c>MODULES</c> names it: small letters, digits and underscores. Parts that only make sense together share a name.</summary>
    string Name { get; }

    /// <summary>Registers what it needs. Storage, messaging and the host's defaults are there.</summary>
    /// <exception cref="Configuration.InvalidSettingException">A setting of the module cannot be used.</exception>
    void AddTo(IServiceCollection services, IConfiguration configuration);

    /// <summary>Maps its REST; nothing for a module without.</summary>
    void Map(IEndpointRouteBuilder endpoints);
}
