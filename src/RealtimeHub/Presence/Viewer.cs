using System.Globalization;

namespace RealtimeTours.RealtimeHub.Presence;

/// <summary>Who looks at a tour: one signed-in user, or all the connections without one.</summary>
/// <param name="UserId">Empty for connections without a user.</param>
internal readonly record struct Viewer(string TourId, string UserId)
{
    /// <summary>As Redis and the other nodes have it. Its length in front tells where the tour's id ends, which may have any character.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TourId.Length}:{TourId}{UserId}");

    /// <exception cref="FormatException">The text is not that of a viewer.</exception>
    public static Viewer Parse(string text)
    {
        var start = text.IndexOf(':') + 1;
        if (start > 0 && int.TryParse(text.AsSpan(0, start - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) &&
            length <= text.Length - start)
            return new(text.Substring(start, length), text[(start + length)..]);
        throw new FormatException($"'{text}' is not a viewer.");
    }
}
