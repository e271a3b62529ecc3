using System.Text;

namespace RealtimeTours.Contracts;

/// <summary>
/// The rule for an id that is made here, by REST or by an import, for a thing that has an address of its own. Events, and what was stored before the
/// rule, may carry any id of 1 to <see cref="EventEnvelope.MaxIdLength"/> characters.
/// </summary>
/// <remarks>
/// An id is one segment of a path: proxies decode or refuse <c>%2F</c>, and browsers resolve <c>.</c> and <c>..</c>, so escaping would not help. The
/// four signs are those that RFC 3986 (2.3) never escapes. Accents that are characters of their own are no letters: one name has one spelling.
/// </remarks>
public static class NewIds
{
    /// <summary>For an error message, after the name of the field.</summary>
    public const string Rule = "must have 1 to 128 characters, which are letters, digits and . _ ~ -, and begin with a letter or digit.";

    /// <summary>Letters and digits of any script.</summary>
    public static bool IsValid(string? id) =>
        id is { Length: > 0 and <= EventEnvelope.MaxIdLength }
        && Rune.IsLetterOrDigit(id.EnumerateRunes().First())
        && id.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '_' or '~' or '-');
}
