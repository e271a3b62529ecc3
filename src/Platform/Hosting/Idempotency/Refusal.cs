using Microsoft.AspNetCore.Http;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Platform.Hosting.Idempotency;

/// <summary>Why something is not done: what <see cref="Problems.Of"/> needs, in a shape that can be kept and replayed.</summary>
public sealed record Refusal(int Status, string Code, string Sentence, int? AvailableSpots = null)
{
    public IResult ToResult() => AvailableSpots is { } spots
        ? Problems.Of(Status, Code, Sentence, ("availableSpots", spots))
        : Problems.Of(Status, Code, Sentence);
}
