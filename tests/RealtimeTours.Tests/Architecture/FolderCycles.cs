namespace RealtimeTours.Tests.Architecture;

/// <summary>
/// Folders of one project that use each other in a circle can only be read, tested and moved together. A folder is a namespace here
/// (<see cref="NamespaceIsFolder"/>); what lies in a folder within a folder counts for the outer one. The project's own folder is where the parts are
/// put together: it may use all, and none of them may use it.
/// </summary>
internal static class FolderCycles
{
    private const int Examples = 2;

    /// <returns>
    /// One text per circle. It lists who uses whom in it, by how many pairs of types, with examples; the fewest come first, since there it is cut
    /// most easily.
    /// </returns>
    public static IEnumerable<string> In(string rootNamespace, IEnumerable<TypeUse> uses)
    {
        var edges = uses.ToLookup(use => (From: Folder(use.From, rootNamespace), To: Folder(use.To, rootNamespace)));
        var next = edges.Where(edge => edge.Key.From != edge.Key.To).ToLookup(edge => edge.Key.From, edge => edge.Key.To);
        var reached = next.ToDictionary(folder => folder.Key, folder => Reached(folder.Key, next));
        return reached.Keys
            .Where(folder => reached[folder].Contains(folder))
            .GroupBy(folder => reached[folder].Where(other => reached.GetValueOrDefault(other)?.Contains(folder) == true).Min(StringComparer.Ordinal))
            .Select(circle => Describe(circle.ToHashSet(), edges));
    }

    /// <returns>The folder under the project's own, or "" for that.</returns>
    internal static string Folder(TypeName type, string rootNamespace) =>
        type.Namespace.Length > rootNamespace.Length ? type.Namespace[(rootNamespace.Length + 1)..].Split('.')[0] : "";

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
        $"{string.Join(", ", circle.Order(StringComparer.Ordinal).Select(Name))} use each other:" + string.Concat(
            from edge in edges
            where edge.Key.From != edge.Key.To && circle.Contains(edge.Key.From) && circle.Contains(edge.Key.To)
            orderby edge.Count(), edge.Key.From, edge.Key.To
            let examples = edge.Take(Examples).Select(use => $"{use.From.Name} uses {use.To.Name}")
            select $"\n    {Name(edge.Key.From)} -> {Name(edge.Key.To)} ({edge.Count()}): {string.Join(", ", examples)}");

    private static string Name(string folder) => folder.Length == 0 ? "the project's own folder" : folder;
}
