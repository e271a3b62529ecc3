using System.Buffers.Text;
using System.Globalization;

namespace RealtimeTours.LoadTest.Wire;

/// <summary>What a load test needs of an update.</summary>
/// <param name="tourId">JSON-encoded, as it stands in the message.</param>
/// <param name="date">With its quotes, or null; empty where there is none.</param>
/// <param name="sentTicks">The event's timestamp, UTC, in .NET ticks; 0 where there is none.</param>
internal readonly ref struct ScannedUpdate(ReadOnlySpan<byte> tourId, ReadOnlySpan<byte> date, long version, long spots, long sentTicks)
{
    public ReadOnlySpan<byte> TourId { get; } = tourId;
    public ReadOnlySpan<byte> Date { get; } = date;
    public long Version { get; } = version;
    public long Spots { get; } = spots;
    public long SentTicks { get; } = sentTicks;
}

/// <summary>Finds the fields of an update by their names: parsing JSON would cost more than the delivery did.</summary>
internal static class UpdateScan
{
    /// <summary>Reads the first update in the text; false where it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out ScannedUpdate update)
    {
        update = default;
        if (After(json, "\"tourId\":\""u8) is not { IsEmpty: false } id || id.IndexOf((byte)'"') is not (> 0 and var end)) return false;
        var spots = After(json, "\"availableSpots\":"u8);
        var version = After(json, "\"version\":"u8);
        if (!Utf8Parser.TryParse(spots, out long seats, out _) || !Utf8Parser.TryParse(version, out long number, out _)) return false;
        var date = After(json, "\"date\":"u8);
        if (date.IndexOfAny((byte)',', (byte)'}') is >= 0 and var dateEnd) date = date[..dateEnd];
        update =
            new ScannedUpdate(id[..end], date.SequenceEqual("null"u8) ? default : date, number, seats, TicksOf(After(json, "\"timestamp\":\""u8)));
        return true;
    }

    /// <summary>Cuts an array of snapshots into its updates: each piece begins at a tour id and ends before the next.</summary>
    /// <returns>False at the end; a piece need not be an update.</returns>
    public static bool NextPiece(ref ReadOnlySpan<byte> snapshots, out ReadOnlySpan<byte> piece)
    {
        piece = default;
        var start = snapshots.IndexOf("\"tourId\":\""u8);
        if (start < 0) return false;
        var next = snapshots[(start + 1)..].IndexOf("\"tourId\":\""u8);
        piece = next < 0 ? snapshots[start..] : snapshots.Slice(start, next + 1);
        snapshots = snapshots[(start + piece.Length)..];
        return true;
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) =>
        json.IndexOf(name) is >= 0 and var at ? json[(at + name.Length)..] : default;

    // 2026-02-10T10:30:00.1234567Z, with 0 to 7 digits after the point; anything else the slow way.
    private static long TicksOf(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOf((byte)'"');
        if (length is < 20 or > 28 || text[length - 1] != 'Z')
            return length > 0 && DateTimeOffset.TryParse(System.Text.Encoding.ASCII.GetString(text[..length]), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var parsed) ? parsed.UtcTicks : 0;
        long fraction = 0, unit = TimeSpan.TicksPerSecond / 10;
        for (var at = 20; at < length - 1; at++, unit /= 10) fraction += (text[at] - '0') * unit;
        return new DateTime(Two(text[2..]) + 2000, Two(text[5..]), Two(text[8..]), Two(text[11..]), Two(text[14..]), Two(text[17..])).Ticks
            + fraction;
    }

    private static int Two(ReadOnlySpan<byte> digits) => (digits[0] - '0') * 10 + digits[1] - '0';
}
