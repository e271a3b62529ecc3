using System.Globalization;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>The query of every list: <c>limit</c> (1 to 200, default 50) and <c>cursor</c> (from the previous page).</summary>
/// <param name="Cursor">Null for the first page.</param>
public sealed record Paging(int Limit, string? Cursor)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <returns>The page to read, or the refusal (422) to answer with. A blank parameter counts as absent.</returns>
    public static Parsed<Paging> Read(string? limitText, string? cursor)
    {
        var limit = DefaultLimit;
        if (!string.IsNullOrEmpty(limitText)
            && !(int.TryParse(limitText, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
            return new Parsed<Paging>.Refused(RequestBody.Invalid($"limit must be a whole number from 1 to {MaxLimit}.", "bad_limit"));
        if (!string.IsNullOrEmpty(cursor) && !RequestText.IsId(cursor))
            return new Parsed<Paging>.Refused(RequestBody.Invalid("cursor must be what the page before gave.", "bad_cursor"));
        return new Parsed<Paging>.Ok(new Paging(limit, string.IsNullOrEmpty(cursor) ? null : cursor));
    }
}
