using System.Text.Json;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Tests.RealtimeHub.Board;

public class ParsedAvailabilityEventTests
{
    [Theory]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":5,"date":"2026-07-01T10:00:00+02:00","extra":1}""", 5, "low", null)]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":9,"status":"closed","version":7}""", 9, "closed", null)]
    [InlineData("tour.availability.synced", """{"tourId":"t","previousSpots":4,"currentSpots":12,"syncedAt":"2026-02-10T10:30:00Z","source":"third_party_sync"}""", 12, "available", null)]
    [InlineData("tour.availability.low", """{"tourId":"t","availableSpots":2,"alertLevel":"critical"}""", 2, "low", "low")]
    [InlineData("tour.availability.restored", """{"tourId":"t","availableSpots":6,"restoredAt":"2026-02-10T10:30:00Z"}""", 6, "available", "restored")]
    [InlineData("tour.sold.out", """{"tourId":"t","soldOutAt":"2026-02-10T10:30:00Z"}""", 0, "sold_out", "sold_out")]
    [InlineData("tour.spots.available", """{"tourId":"t","availableSpots":3,"waitingListUserIds":["u"]}""", null, null, "spots_available")]
    public void Every_availability_event_says_what_the_contract_says(string type, string data, int? spots, string? status, string? alert)
    {
        var (state, said) = Read(type, data);
        (state?.AvailableSpots, state?.Status, said?.Kind).ShouldBe((spots, status, alert));
        if (state?.Date is { } date) date.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("tour.availability.updated", """{"availableSpots":5}""", "tourId")]
    [InlineData("tour.availability.updated", """{"tourId":"","availableSpots":5}""", "tourId")]
    [InlineData("tour.availability.updated", """{"tourId":"t"}""", "availableSpots")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":-1}""", "availableSpots")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":2147483648}""", "availableSpots")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":"5"}""", "availableSpots")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":5,"previousSpots":-1}""", "previousSpots")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":5,"capacity":-1}""", "capacity")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":5,"version":-1}""", "version")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":5,"version":1.5}""", "version")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":5,"status":"full"}""", "status")]
    [InlineData("tour.availability.updated", """{"tourId":"t","availableSpots":5,"date":"tomorrow"}""", "date")]
    [InlineData("tour.availability.low", """{"tourId":"t","availableSpots":2,"alertLevel":"mild"}""", "alertLevel")]
    [InlineData("tour.spots.available", """{"tourId":"t","availableSpots":3,"waitingListUserIds":[""]}""", "waitingListUserIds")]
    [InlineData("tour.availability.guessed", """{"tourId":"t"}""", "unknown event type")]
    public void What_can_never_be_used_is_refused_with_the_name_of_the_field(string type, string data, string named) =>
        Should.Throw<PermanentFailureException>(() => Read(type, data)).Message.ShouldContain(named);

    [Fact]
    public void An_id_of_128_characters_is_the_longest()
    {
        Read("tour.availability.updated", $$"""{"tourId":"{{new string('x', 128)}}","availableSpots":5}""").State.ShouldNotBeNull();
        Should.Throw<PermanentFailureException>(() => Read("tour.availability.updated", $$"""{"tourId":"{{new string('x', 129)}}","availableSpots":5}"""));
    }

    private static ParsedAvailabilityEvent Read(string type, string data) =>
        ParsedAvailabilityEvent.Read(new EventEnvelope(type, "evt_1", States.Noon, JsonDocument.Parse(data).RootElement));
}
