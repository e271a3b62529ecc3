using AnyAscii;

namespace RealtimeTours.Web.Tours;

/// <summary>Text as it is compared with what visitors type: without case and accents, so that <c>malaga</c> finds Málaga.</summary>
internal static class FoldedText
{
    // Not string.Normalize: the hosts run without ICU (InvariantGlobalization), where it takes no letter apart.
    public static string Of(string text) => text.Transliterate().ToLowerInvariant();
}
