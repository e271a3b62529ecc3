using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Web.Bookings;

/// <summary>Why something is not done: what <see cref="Problems.Of"/> needs, in a shape that can be kept and replayed.</summary>
internal sealed record Refusal(int Status, string Code, string Sentence, int? AvailableSpots = null)
{
    public IResult ToResult() => AvailableSpots is { } spots
        ? Problems.Of(Status, Code, Sentence, ("availableSpots", spots))
        : Problems.Of(Status, Code, Sentence);
}
