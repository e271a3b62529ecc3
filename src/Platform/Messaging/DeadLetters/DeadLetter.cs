using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.DeadLetters;

/// <param name="RoutingKey">The publisher's routing key; null if unknown.</param>
/// <param name="EventId">From the message's properties; null if only the body has it.</param>
/// <param name="FirstFailedAt">Null if the broker dead-lettered the message itself.</param>
internal sealed record DeadLetter(
    ReadOnlyMemory<byte> Body, string Reason, int Attempts, DateTimeOffset? FirstFailedAt, string? RoutingKey = null, string? TraceParent = null,
    string? EventId = null)
{
    /// <summary>A hash of the content: positions change, and an event id may be missing or occur twice. Equal letters are interchangeable.</summary>
    public string Id
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(
                Encoding.UTF8.GetBytes($"{Attempts.ToString(CultureInfo.InvariantCulture)}\n{FirstFailedAt?.UtcTicks}\n{RoutingKey}\n{Reason}\n"));
            hash.AppendData(Body.Span);
            return "dl_" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
        }
    }

    public DeadLetterView ToView()
    {
        var (eventId, eventType) = ReadNames();
        return new DeadLetterView(Id, eventId, eventType ?? RoutingKey, Reason, Attempts, FirstFailedAt, Text(), Body.Length);
    }

    // Cuts between characters: the limit may be inside one.
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

    private static string? Name(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: <= EventEnvelope.MaxIdLength } text
            ? text
            : null;
}
