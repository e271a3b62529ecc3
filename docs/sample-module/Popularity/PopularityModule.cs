using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Modules.Popularity;

/// <summary>How many seats of each tour have ever been sold: one table, one consumer, one endpoint.</summary>
public sealed class PopularityModule : IModule
{
    public string Name => "popularity";

    public void AddTo(IServiceCollection services, IConfiguration configuration) =>
        services.AddTransactionalConsumer<CountSeats>(Name, [EventTypes.BookingConfirmed]);

    public void Map(IEndpointRouteBuilder endpoints) => ReadPopularity.Map(endpoints);
}
