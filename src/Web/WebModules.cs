using RealtimeTours.Bookings;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Modules.Loyalty;
using RealtimeTours.Modules.TourCompletion;
using RealtimeTours.Modules.Users;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Web.Operations;
using RealtimeTours.Web.Pages;
using RealtimeTours.Web.SignIn;
using RealtimeTours.Web.Tours;
#if SIMULATION
using RealtimeTours.Simulation.Payments;
#endif

namespace RealtimeTours.Web;

/// <summary>The modules of this host, one line each. The tests' hosts use this list too.</summary>
internal static class WebModules
{
    public static readonly IReadOnlyList<IModule> All =
    [
        new ToursModule(),
        new BookingsModule(),
#if SIMULATION
        new SimulatedPaymentsModule(),
#endif
        new PaymentsModule(),
        new UsersModule(),
        new TourCompletionModule(),
        new LoyaltyModule(),
        new OperationsModule(),
        new DevelopmentSignIn(),
        new PagesModule(),
    ];
}
