using Microsoft.AspNetCore.Http;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Platform.Hosting.Idempotency;

/// <summary>Why a request is refused: the arguments of <see cref="Problems.Of"/>, in a form that can be stored and replayed.</summary>
public sealed record Refusal(int Status, string Code, string Sentence, int? AvailableSpots = null)
{
    public IResult ToResult() => AvailableSpots is { } spots
        ? Problems.Of(Status, Code, Sentence, ("availableSpots", spots))
        : Problems.Of(Status, Code, Sentence);
}
