using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Modules.Loyalty;

/// <summary>Points for tours that took place, tiers, and rewards that are vouchers. It knows bookings and users by their events alone.</summary>
public sealed class LoyaltyModule : IModule
{
    public string Name => EventConsumers.Loyalty;

    public void AddTo(IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<OpenAccount>().AddSingleton<AwardPoints>().AddSingleton<TakeBackPoints>().AddSingleton<RedeemReward>()
        .AddTransactionalConsumer<LoyaltyConsumer>(Name, LoyaltyConsumer.RoutingKeys);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        ReadAccount.Map(endpoints);
        ReadPointsHistory.Map(endpoints);
        ReadTiersAndRewards.Map(endpoints);
        ReadVouchers.Map(endpoints);
        RedeemReward.Map(endpoints);
    }
}
