using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <summary>One message that a consumer gave up on, wherever it is kept.</summary>
/// <param name="RoutingKey">What it was published with; null where that is not known.</param>
/// <param name="Attempts">How often it was delivered.</param>
/// <param name="EventId">What the publisher called it; null where only the body says it.</param>
/// <param name="FirstFailedAt">Null where the broker itself gave up on it.</param>
internal sealed record DeadLetter(
    ReadOnlyMemory<byte> Body, string Reason, int Attempts, DateTimeOffset? FirstFailedAt, string? RoutingKey = null, string? TraceParent = null,
    string? EventId = null)
{
    /// <summary>
    /// A hash of the content: a position would change with every look, and an event id may be missing or there twice. Letters alike in all of it are
    /// alike to whoever requeues or deletes one of them.
    /// </summary>
    public string Id
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Attempts.ToString(CultureInfo.InvariantCulture)}\n{FirstFailedAt?.UtcTicks}\n{RoutingKey}\n{Reason}\n"));
            hash.AppendData(Body.Span);
            return "dl_" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
        }
    }

    public DeadLetterView ToView()
    {
        var (eventId, eventType) = ReadNames();
        return new DeadLetterView(Id, eventId, eventType ?? RoutingKey, Reason, Attempts, FirstFailedAt, Text(), Body.Length);
    }

    // Whole characters only: the cut may fall inside one.
    private string Text()
    {
        if (Body.Length <= DeadLetterView.MaxBodyBytes) return Encoding.UTF8.GetString(Body.Span);
        var end = DeadLetterView.MaxBodyBytes;
        while (end > DeadLetterView.MaxBodyBytes - 4 && (Body.Span[end] & 0xC0) == 0x80) end--;
        return Encoding.UTF8.GetString(Body.Span[..end]);
    }

    private (string? EventId, string? EventType) ReadNames()
    {
        try
        {
            var root = EnvelopeReader.Parse(Body.Span);
            return (Name(root, "eventId"), Name(root, "eventType"));
        }
        catch (PermanentFailureException)
        {
            return (null, null);
        }
    }

    private static string? Name(JsonElement root, string field)
    {
        try
        {
            return root.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= EventEnvelope.MaxIdLength } text
                ? text
                : null;
        }
        catch (InvalidOperationException) // half of a surrogate pair, escaped
        {
            return null;
        }
    }
}
