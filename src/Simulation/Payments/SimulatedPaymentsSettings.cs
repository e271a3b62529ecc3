using RealtimeTours.Bookings.Payments;

namespace RealtimeTours.Simulation.Payments;

/// <param name="Delay">When the simulated provider answers late, how late.</param>
internal sealed record SimulatedPaymentsSettings(TimeSpan Delay)
{
    /// <exception cref="InvalidSettingException">A value cannot be used.</exception>
    public static SimulatedPaymentsSettings Read(IConfiguration configuration) => new(PaymentsSettings.Seconds(configuration, "Payments:SimulatedDelay", 3));
}
