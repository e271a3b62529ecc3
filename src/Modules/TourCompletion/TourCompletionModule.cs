using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary>Tours that end: guides say who came, what nobody spoke of is completed by the clock, and customers rate.</summary>
public sealed class TourCompletionModule : IModule
{
    public string Name => "completion";

    public void AddTo(IServiceCollection services, IConfiguration configuration) => services
        .AddBookingCompletion()
        .AddSingleton<CompletionMetrics>().AddSingleton<RecordAttendance>().AddSingleton<ConfirmAttendance>().AddSingleton<GuestNames>()
        .AddTransactionalConsumer<RememberGuests>(Name, [EventTypes.UserRegistered, EventTypes.UserUpdated])
        .AddCatchingUpJob<CompleteTours>(CompleteTours.Name, CompleteTours.ReadCron(configuration));

    public void Map(IEndpointRouteBuilder endpoints)
    {
        ListGuidedDepartures.Map(endpoints);
        ReadManifest.Map(endpoints);
        ConfirmAttendance.Map(endpoints);
        RateBooking.Map(endpoints);
        if (endpoints.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment()) CompleteDepartureNow.Map(endpoints);
    }
}
