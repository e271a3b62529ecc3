using System.Text;

namespace RealtimeTours.Benchmarks.Peers;

/// <param name="Figure">By the name of the peer; null where it has none.</param>
/// <param name="IsRatio">Whether dividing by the others' figures says something.</param>
internal sealed record PeerRow(string Name, Func<string, double?> Figure, bool IsRatio = true);

/// <summary>The figures as Markdown: everybody's own, then ours divided by each of the others'.</summary>
internal static class PeerTable
{
    public static string Of(IReadOnlyList<string> peers, IReadOnlyList<PeerRow> rows)
    {
        var others = peers.Skip(1).ToArray();
        var text = new StringBuilder();
        Line(["", .. peers, .. others.Select(name => $"ours ÷ {name}")]);
        Line([.. Enumerable.Repeat("---", 1 + peers.Count + others.Length)]);
        foreach (var row in rows)
            Line([row.Name, .. peers.Select(name => Number(row.Figure(name))),
                .. others.Select(name => row.IsRatio ? Ratio(row.Figure(peers[0]), row.Figure(name)) : "")]);
        return text.ToString();

        void Line(string[] cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
    }

    private static string Number(double? value) => value switch { null => "never", < 10 => $"{value:F1}", _ => $"{value:N0}" };

    private static string Ratio(double? ours, double? other) => ours is null || other is null or 0 ? "" : $"{ours / other:F2}";
}
