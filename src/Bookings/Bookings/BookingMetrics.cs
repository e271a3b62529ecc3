using System.Diagnostics.Metrics;
using RealtimeTours.Bookings.Saga;

namespace RealtimeTours.Bookings.Bookings;

internal sealed class BookingMetrics
{
    private readonly Counter<long> _holdsRefused;
    private readonly Counter<long> _sagasStuck;

    public BookingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("RealtimeTours.Bookings");
        _holdsRefused = meter.CreateCounter<long>(
            "bookings.holds.refused", "{booking}", "Bookings refused because their user holds too many seats without paying.");
        _sagasStuck = meter.CreateCounter<long>(
            "bookings.sagas.stuck", "{saga}", "Sagas that have waited unusually long in a step, once for each; they go on asking.");
    }

    public void HoldRefused() => _holdsRefused.Add(1);

    public void SagaStuck(SagaStep step) => _sagasStuck.Add(1, new KeyValuePair<string, object?>("step", step.ToString()));
}
