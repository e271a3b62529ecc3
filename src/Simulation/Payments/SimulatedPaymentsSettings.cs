using RealtimeTours.Bookings.Payments;

namespace RealtimeTours.Simulation.Payments;

/// <param name="Delay">How late the answer of <see cref="SimulatedCards.AnswersLate"/> comes.</param>
internal sealed record SimulatedPaymentsSettings(TimeSpan Delay)
{
    public static SimulatedPaymentsSettings Read(IConfiguration configuration) =>
        new(PaymentsSettings.Seconds(configuration, "Payments:SimulatedDelay", 3));
}
