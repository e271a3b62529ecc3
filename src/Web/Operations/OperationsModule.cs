using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Nodes;

namespace RealtimeTours.Web.Operations;

/// <summary>
/// The operators' endpoints: hub nodes, dead letters, the event log, supplier sync. All need the role <see cref="Roles.Operator"/>.
/// </summary>
internal sealed class OperationsModule : IModule
{
    public string Name => "operations";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.AddNodeStatus(services.PlatformSettings()).AddDeadLetterCounts(EventConsumers.OfOtherHosts)
            .AddSingleton<ClearDeadLetters>().AddSingleton<ReplayEvents>()
            .AddSingleton<SupplierAdmin>().AddSingleton<SupplierAdminEndpoints>()
            .AddSingleton<ImportAdmin>().AddSingleton<ImportAdminEndpoints>();
        services.TryAddSingleton(SyncSchedule.Read(configuration));
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        ReadNodes.Map(endpoints);
        ReadDeadLetters.Map(endpoints);
        ClearDeadLetters.Map(endpoints);
        ReadSuppliers.Map(endpoints);
        SupplierAdminEndpoints.Map(endpoints);
        ImportAdminEndpoints.Map(endpoints);
        ReadEvents.Map(endpoints);
        ReplayEvents.Map(endpoints);
    }
}
