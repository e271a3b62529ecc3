using System.Text.Json;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.Platform.Messaging;

public class EventDataTests
{
    [Theory]
    [InlineData("""{}""", "data.tourId and data.spots are missing.")]
    [InlineData("""{"tourId":"T"}""", "data.spots is missing.")]
    [InlineData("""{"tourId":null,"spots":7}""", "data.tourId is null; it must have a value.")]
    [InlineData("""{"tourId":"T","spots":null}""", "data.spots is a null; it must be a number.")]
    [InlineData("""{"tourId":"T","spots":"7"}""", "data.spots is a string; it must be a number.")]
    [InlineData("""{"tourId":"T","spots":7.5}""", "data.spots must be a whole number from -2147483648 to 2147483647.")]
    [InlineData("""{"tourId":"T","spots":3000000000}""", "data.spots must be a whole number from -2147483648 to 2147483647.")]
    [InlineData("""{"tourId":7,"spots":7}""", "data.tourId is a number; it must be a string.")]
    [InlineData("""{"tourId":"\ud800","spots":7}""", "data.tourId is not valid Unicode text.")]
    [InlineData("""{"tourId":"T","spots":7,"date":"soon"}""", "data.date must be an ISO 8601 timestamp.")]
    [InlineData("""{"tourId":"T","spots":7,"users":"U"}""", "data.users must be an array.")]
    [InlineData("""{"tourId":"T","spots":7,"users":[1]}""", "data.users[0] is a number; it must be a string.")]
    [InlineData("""{"tourId":"T","spots":7,"version":"1"}""", "data.version is a string; it must be a number.")]
    public void What_is_wrong_with_the_data_is_said_in_one_sentence(string data, string reason) =>
        Should.Throw<PermanentFailureException>(() => Read(data)).Message.ShouldBe(reason);

    [Fact]
    public void Unknown_fields_are_ignored_and_optional_ones_may_be_absent() =>
        Read("""{"tourId":"T","spots":7,"weather":"fine"}""").ShouldBe(new Sample("T", 7));

    [Fact]
    public void Ids_have_1_to_128_characters()
    {
        EventRules.Id(new string('x', 128), "data.tourId").Length.ShouldBe(128);
        foreach (var bad in new[] { null, "", new string('x', 129), "a\0b" })
            Should.Throw<PermanentFailureException>(() => EventRules.Id(bad, "data.tourId")).Message.ShouldStartWith("data.tourId ");
    }

    [Fact]
    public void Seats_and_versions_have_bounds()
    {
        EventRules.Seats(0, "data.availableSpots").ShouldBe(0);
        EventRules.Seats((int?)null, "data.previousSpots").ShouldBeNull();
        EventRules.Version(null).ShouldBeNull();
        Should.Throw<PermanentFailureException>(() => EventRules.Seats(-1, "data.availableSpots"))
            .Message.ShouldBe("data.availableSpots is -1; seats are whole numbers from 0 to 2147483647.");
        EventRules.Version(9_007_199_254_740_991).ShouldBe(9_007_199_254_740_991);
        foreach (var bad in new[] { -1, 9_007_199_254_740_992, long.MaxValue })
            Should.Throw<PermanentFailureException>(() => EventRules.Version(bad))
                .Message.ShouldBe($"data.version is {bad}; versions are whole numbers from 0 to 9007199254740991.");
    }

    [Theory]
    [InlineData("3")]
    [InlineData("3.0")]
    [InlineData("3e0")]
    [InlineData("0.3E+1")]
    [InlineData("30e-1")]
    public void A_whole_number_may_be_written_in_any_way(string three)
    {
        var sample = Read($$"""{"tourId":"t","spots":{{three}},"version":{{three}}}""");
        (sample.Spots, sample.Version).ShouldBe((3, 3L));
    }

    [Theory]
    [InlineData("3.5")]
    [InlineData("1e10")]
    [InlineData("-1e400")]
    [InlineData("2147483648.0")]
    public void What_is_no_whole_number_of_seats_is_refused(string spots) => Should.Throw<PermanentFailureException>(
        () => Read($$"""{"tourId":"t","spots":{{spots}}}""")).Message.ShouldBe("data.spots must be a whole number from -2147483648 to 2147483647.");

    private static Sample Read(string data) =>
        EventData.Read<Sample>(new EventEnvelope("tour.created", "x", DateTimeOffset.UnixEpoch, JsonElement.Parse(data)));

    private sealed record Sample(
        string TourId, int Spots, DateTimeOffset? Date = null, IReadOnlyList<string>? Users = null, long? Version = null);
}
