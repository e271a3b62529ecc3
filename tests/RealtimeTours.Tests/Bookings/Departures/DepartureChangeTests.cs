using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.Bookings.Departures;

public class DepartureChangeTests
{
    private static readonly EventFactory Factory = new(TimeProvider.System, "test");

    [Theory]
    [InlineData(20, 6, null)]
    [InlineData(6, 5, "warning")]
    [InlineData(5, 4, null)]
    [InlineData(3, 2, "critical")]
    [InlineData(20, 1, "critical")]
    [InlineData(2, 1, null)]
    [InlineData(2, 4, null)] // better is no alarm
    [InlineData(1, 0, EventTypes.TourSoldOut)]
    [InlineData(0, 0, null)]
    [InlineData(0, 1, EventTypes.AvailabilityRestored)]
    [InlineData(0, 30, EventTypes.AvailabilityRestored)]
    public void Each_line_is_announced_when_it_is_crossed(int before, int after, string? alert)
    {
        var events = Events(before, after, closed: false, AvailabilityReasons.Booking);
        events[0].EventType.ShouldBe(EventTypes.AvailabilityUpdated);
        events.Skip(1).Select(e => e.EventType == EventTypes.AvailabilityLow ? Level(e) : e.EventType).ShouldBe(alert is null ? [] : [alert]);
    }

    [Fact]
    public void A_closed_departure_alarms_nobody() =>
        Events(9, 0, closed: true, AvailabilityReasons.Operator).Select(e => e.EventType).ShouldBe([EventTypes.AvailabilityUpdated]);

    [Fact]
    public void A_suppliers_change_is_synced_not_updated() =>
        Events(9, 0, closed: false, TourAvailabilitySynced.ThirdPartySync).Select(e => e.EventType)
            .ShouldBe([EventTypes.AvailabilitySynced, EventTypes.TourSoldOut]);

    private static OutgoingEvent[] Events(int before, int after, bool closed, string reason) =>
        DepartureChange.Events(Factory, new DepartureChange("t", DateTimeOffset.UtcNow, before, after, 30, closed, 7, reason)).ToArray();

    private static string? Level(OutgoingEvent e) =>
        System.Text.Json.JsonDocument.Parse(e.Body).RootElement.GetProperty("data").GetProperty("alertLevel").GetString();
}
