using System.Text.Json.Serialization;

namespace RealtimeTours.Contracts.Rest;

/// <summary>
/// Every successful REST answer: <c>{ "success": true, "data": … }</c>. Errors are RFC 9457 problems with <c>success</c> and <c>error</c> added.
/// </summary>
public sealed record SuccessEnvelope<T>(T Data) where T : notnull
{
    [JsonPropertyOrder(-1)]
    public bool Success => true;
}
