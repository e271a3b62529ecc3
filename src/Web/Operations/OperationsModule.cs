using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Nodes;

namespace RealtimeTours.Web.Operations;

/// <summary>What operators see and do beside the catalogue: hub nodes, dead letters, the event log and the sync of suppliers. All of it needs the role <see cref="Roles.Operator"/>.</summary>
public static class OperationsModule
{
    /// <summary>Needs messaging, storage, the event log and the <see cref="SyncSchedule"/>.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services, PlatformSettings settings) =>
        services.AddNodeStatus(settings).AddDeadLetterCounts(EventConsumers.All).AddSingleton<ClearDeadLetters>().AddSingleton<ReplayEvents>()
            .AddSingleton<SupplierSteering>().AddSingleton<SupplierAdminEndpoints>().AddSingleton<ImportSteering>().AddSingleton<ImportAdminEndpoints>();

    public static void MapOperations(this IEndpointRouteBuilder endpoints)
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
