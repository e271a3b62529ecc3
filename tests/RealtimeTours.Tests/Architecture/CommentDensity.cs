namespace RealtimeTours.Tests.Architecture;

/// <summary>Comments that say too much are not read, and then neither is the one that matters.</summary>
internal static class CommentDensity
{
    public const double MostPer100 = 9;

    /// <summary>Projects that are above it. Contracts stays: what it publishes is described for people who write clients.</summary>
    public static readonly IReadOnlyList<string> Above = ["Contracts"];

    /// <summary>Comment lines among all lines of C#, as <c>//</c> and <c>///</c>.</summary>
    public static double Per100(IEnumerable<SourceFile> files)
    {
        var lines = files.SelectMany(file => file.Text.TrimEnd('\n').Split('\n')).ToArray();
        return 100.0 * lines.Count(line => line.AsSpan().TrimStart().StartsWith("//")) / lines.Length;
    }

    public static IEnumerable<string> TooDense(string project, IReadOnlyList<SourceFile> files) =>
        Per100(files) is var density and > MostPer100
            ? [FormattableString.Invariant($"{project} has {density:0.0} comment lines per 100, at most {MostPer100} are wanted")]
            : [];
}
