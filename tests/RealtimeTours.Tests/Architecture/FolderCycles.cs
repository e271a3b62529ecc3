namespace RealtimeTours.Tests.Architecture;

/// <summary>
/// Folders of one project that use each other in a circle can only be read, tested and moved together. A folder is a namespace here
/// (<see cref="NamespaceIsFolder"/>); a folder and the one around it are two.
/// </summary>
internal static class FolderCycles
{
    private const int Examples = 2;

    /// <returns>
    /// One text per circle. It lists who uses whom in it, by how many pairs of types, with examples; the fewest come first, since there it is cut most easily.
    /// </returns>
    public static IEnumerable<string> In(IEnumerable<TypeUse> uses)
    {
        var edges = uses.ToLookup(use => (From: use.From.Namespace, To: use.To.Namespace));
        var next = edges.Where(edge => edge.Key.From != edge.Key.To).ToLookup(edge => edge.Key.From, edge => edge.Key.To);
        var reached = next.ToDictionary(folder => folder.Key, folder => Reached(folder.Key, next));
        return reached.Keys
            .Where(folder => reached[folder].Contains(folder))
            .GroupBy(folder => reached[folder].Where(other => reached.GetValueOrDefault(other)?.Contains(folder) == true).Min(StringComparer.Ordinal))
            .Select(circle => Describe(circle.ToHashSet(), edges));
    }

    private static HashSet<string> Reached(string folder, ILookup<string, string> next)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>(next[folder]);
        while (waiting.TryPop(out var other))
        {
            if (!reached.Add(other)) continue;
            foreach (var beyond in next[other]) waiting.Push(beyond);
        }

        return reached;
    }

    private static string Describe(HashSet<string> circle, ILookup<(string From, string To), TypeUse> edges) =>
        $"{string.Join(", ", circle.Order(StringComparer.Ordinal))} use each other:" + string.Concat(
            from edge in edges
            where edge.Key.From != edge.Key.To && circle.Contains(edge.Key.From) && circle.Contains(edge.Key.To)
            orderby edge.Count(), edge.Key.From, edge.Key.To
            let examples = edge.Take(Examples).Select(use => $"{use.From.Name} uses {use.To.Name}")
            select $"\n    {edge.Key.From} -> {edge.Key.To} ({edge.Count()}): {string.Join(", ", examples)}");
}
