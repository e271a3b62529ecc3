using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Platform.Hosting.Modules;

/// <summary>The modules of this process: all, or those that <c>MODULES</c> names. The same binary runs as one process or as several.</summary>
public sealed class ModuleList
{
    private readonly IReadOnlyList<IModule> _modules;
    private readonly IReadOnlyList<IModule> _elsewhere;

    private ModuleList(IReadOnlyList<IModule> all, IReadOnlyList<IModule> chosen) => (_modules, _elsewhere) = (chosen, [.. all.Except(chosen)]);

    /// <param name="all">In the order of registration.</param>
    /// <exception cref="InvalidSettingException">A name is unknown, or only a part is chosen without servers to share with the rest.</exception>
    public static ModuleList Choose(IReadOnlyList<IModule> all, IConfiguration configuration, PlatformSettings settings)
    {
        var names = configuration.Text("MODULES", "Modules")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [];
        if (names.Length == 0) return new ModuleList(all, all);
        if (names.FirstOrDefault(name => all.All(module => !Is(module, name))) is { } unknown)
            throw new InvalidSettingException(
                $"MODULES names '{unknown}', which is no module. There are {string.Join(", ", all.Select(module => module.Name).Distinct())}.");
        var chosen = all.Where(module => names.Any(name => Is(module, name))).ToArray();
        return chosen.Length == all.Count || settings.Distributed
            ? new ModuleList(all, chosen)
            : throw new InvalidSettingException(
                "MODULES names a part of the system but RABBITMQ_URL is not set: the parts must share a broker, Redis and a database. Set " +
                "RABBITMQ_URL, REDIS_URL and DATABASE_URL or remove MODULES.");
    }

    /// <summary>Adds each chosen module and its tables. Of the others it adds the consumers' names: operators see the dead letters of all.</summary>
    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.AddConsumersElsewhere(_elsewhere.SelectMany(module => ConsumersOf(module, services, configuration)));
        foreach (var module in _modules)
        {
            var home = module.GetType();
            services.AddSchema(module.Name, folder: home.Namespace!.Split('.')[^1], home.Assembly);
            module.AddTo(services, configuration);
        }
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var module in _modules) module.Map(endpoints);
    }

    // Its registrations are discarded. The process that runs the module reports an invalid setting.
    private static IEnumerable<string> ConsumersOf(IModule module, IServiceCollection services, IConfiguration configuration)
    {
        var aside = new ServiceCollection().AddSingleton(services.PlatformSettings());
        try
        {
            module.AddTo(aside, configuration);
        }
        catch (InvalidSettingException)
        {
            return [];
        }
        return aside.ConsumerNames();
    }

    private static bool Is(IModule module, string name) => string.Equals(module.Name, name, StringComparison.OrdinalIgnoreCase);
}
