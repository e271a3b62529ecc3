using System.Diagnostics.Metrics;

namespace RealtimeTours.Bookings.Bookings;

internal sealed class BookingMetrics
{
    private readonly Counter<long> _holdsRefused;

    public BookingMetrics(IMeterFactory meters) => _holdsRefused = meters.Create("RealtimeTours.Bookings").CreateCounter<long>(
        "bookings.holds.refused", "{booking}", "Bookings refused because their user holds too many seats without paying.");

    public void HoldRefused() => _holdsRefused.Add(1);
}
