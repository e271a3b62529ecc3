using System.Text;
using Microsoft.AspNetCore.SignalR;

namespace RealtimeTours.Platform.Backplane;

internal enum RedisBusMessageKind : byte
{
    /// <summary>Write the payload to the connections addressed.</summary>
    Send = 1,

    /// <summary>The node of this connection adds it to the group, and answers.</summary>
    Join = 2,

    /// <summary>The node of this connection takes it out of the group, and answers.</summary>
    Leave = 3,

    /// <summary>The node of this connection writes the payload, answers, and later forwards the client's result.</summary>
    Invoke = 4,

    /// <summary>The answer of the node that had the connection: done.</summary>
    Done = 5,

    /// <summary>The answer of every other node: not mine.</summary>
    NotMine = 6,

    /// <summary>The client's result, or why there will be none.</summary>
    Result = 7,

    /// <summary>Nobody waits for this result any more.</summary>
    Forget = 8,

    /// <summary>Asks for nothing: Redis tells whether the node still listens.</summary>
    Knock = 9,
}

/// <summary>
/// What nodes say to each other, as bytes: format, kind, sender, which fields follow, the fields. Strings and payloads carry their length.
/// The payload holds the message as the sender's hub protocols wrote it, once per protocol, so that no other node encodes it again.
/// </summary>
internal sealed record RedisBusMessage(RedisBusMessageKind Kind, Guid Sender)
{
    private const byte Format = 1;

    /// <summary>Number of a question, repeated in its answer.</summary>
    public long AckId { get; init; }

    /// <summary>The connections meant; null: all that listen to the channel.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    public IReadOnlyList<string>? Except { get; init; }

    public string? Group { get; init; }

    public string? InvocationId { get; init; }

    public string? Error { get; init; }

    public IReadOnlyList<SerializedMessage>? Payload { get; init; }

    [Flags]
    private enum Fields : byte { None = 0, Ack = 1, Only = 2, Except = 4, Group = 8, Invocation = 16, Error = 32, Payload = 64 }

    public byte[] ToBytes()
    {
        var stream = new MemoryStream(64 + (Payload?.Sum(p => p.Serialized.Length + 16) ?? 0));
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Format);
        writer.Write((byte)Kind);
        writer.Write(Sender.ToByteArray());
        writer.Write((byte)Present());
        if (AckId != 0) writer.Write7BitEncodedInt64(AckId);
        if (Only is { Count: > 0 }) WriteList(writer, Only);
        if (Except is { Count: > 0 }) WriteList(writer, Except);
        if (Group is not null) writer.Write(Group);
        if (InvocationId is not null) writer.Write(InvocationId);
        if (Error is not null) writer.Write(Error);
        if (Payload is { Count: > 0 })
        {
            writer.Write7BitEncodedInt(Payload.Count);
            foreach (var part in Payload)
            {
                writer.Write(part.ProtocolName);
                writer.Write7BitEncodedInt(part.Serialized.Length);
                writer.Write(part.Serialized.Span);
            }
        }
        return stream.ToArray();
    }

    /// <summary>Null for a format this version does not know: during a rolling update a newer node may speak it.</summary>
    public static RedisBusMessage? Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadByte() != Format) return null;
        var kind = (RedisBusMessageKind)reader.ReadByte();
        var sender = new Guid(reader.ReadBytes(16));
        var fields = (Fields)reader.ReadByte();
        return new RedisBusMessage(kind, sender)
        {
            AckId = fields.HasFlag(Fields.Ack) ? reader.Read7BitEncodedInt64() : 0,
            Only = fields.HasFlag(Fields.Only) ? ReadList(reader) : null,
            Except = fields.HasFlag(Fields.Except) ? ReadList(reader) : null,
            Group = fields.HasFlag(Fields.Group) ? reader.ReadString() : null,
            InvocationId = fields.HasFlag(Fields.Invocation) ? reader.ReadString() : null,
            Error = fields.HasFlag(Fields.Error) ? reader.ReadString() : null,
            Payload = fields.HasFlag(Fields.Payload) ? ReadPayload(reader, bytes) : null,
        };
    }

    /// <summary>Sees without reading the rest that this is a node's own message come back.</summary>
    public static bool IsFrom(Guid node, ReadOnlySpan<byte> bytes) => bytes.Length >= 18 && new Guid(bytes.Slice(2, 16)) == node;

    /// <summary>Sees without reading the rest that an answer is wanted.</summary>
    public static bool IsQuestion(ReadOnlySpan<byte> bytes) => bytes.Length >= 19 && ((Fields)bytes[18]).HasFlag(Fields.Ack);

    private Fields Present() =>
        (AckId != 0 ? Fields.Ack : 0) | (Only is { Count: > 0 } ? Fields.Only : 0) | (Except is { Count: > 0 } ? Fields.Except : 0) |
        (Group is not null ? Fields.Group : 0) | (InvocationId is not null ? Fields.Invocation : 0) | (Error is not null ? Fields.Error : 0) |
        (Payload is { Count: > 0 } ? Fields.Payload : 0);

    private static void WriteList(BinaryWriter writer, IReadOnlyList<string> values)
    {
        writer.Write7BitEncodedInt(values.Count);
        foreach (var value in values) writer.Write(value);
    }

    private static string[] ReadList(BinaryReader reader)
    {
        var values = new string[Count(reader)];
        for (var i = 0; i < values.Length; i++) values[i] = reader.ReadString();
        return values;
    }

    private static SerializedMessage[] ReadPayload(BinaryReader reader, byte[] bytes)
    {
        var parts = new SerializedMessage[Count(reader)];
        for (var i = 0; i < parts.Length; i++)
        {
            var protocol = reader.ReadString();
            var length = reader.Read7BitEncodedInt();
            parts[i] = new SerializedMessage(protocol, bytes.AsMemory((int)reader.BaseStream.Position, length)); // shared, not copied
            reader.BaseStream.Position += length;
        }
        return parts;
    }

    // Each entry takes at least a byte: a count beyond that is damage, and must not become an allocation.
    private static int Count(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        return count >= 0 && count <= reader.BaseStream.Length - reader.BaseStream.Position ? count : throw new InvalidDataException("A list is longer than its message.");
    }
}
