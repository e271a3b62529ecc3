using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RealtimeTours.Platform.Hosting.Modules;

/// <summary>A part of the system in one folder: consumers, jobs, REST, tables as scripts <c>Schema/NNN_name.sql</c>. See docs/how-to.md.</summary>
public interface IModule
{
    /// <summary>Its name in <c>MODULES</c>: lower-case letters, digits and underscores. Modules that need each other share a name.</summary>
    string Name { get; }

    /// <summary>Registers its services. Storage, messaging and the host's defaults are registered before.</summary>
    /// <exception cref="Configuration.InvalidSettingException">A setting of the module is invalid.</exception>
    void AddTo(IServiceCollection services, IConfiguration configuration);

    /// <summary>Maps its REST endpoints, if it has any.</summary>
    void Map(IEndpointRouteBuilder endpoints);
}
