namespace RealtimeTours.Tests.Architecture;

/// <summary>
/// The order of a project's folders: each may use itself and those of earlier steps, but neither its neighbours on the same step nor later ones.
/// What lies in a folder within a folder counts for the outer one. A folder that is in no list, and what lies in the project's own folder, is free;
/// it is bound by <see cref="FolderCycles"/> alone.
/// </summary>
internal static class FolderLayers
{
    /// <summary>By project, from the bottom up. Folders on one line are on one step.</summary>
    public static readonly IReadOnlyDictionary<string, string[][]> Order = new Dictionary<string, string[][]>
    {
        ["Platform"] =
        [
            ["Configuration", "Correlation"],
            ["Redis", "Messaging"],
            ["Storage"], // its outbox publishes
            ["EventLog"],
            ["Hosting"],
        ],
        ["RealtimeHub"] =
        [
            ["Board"],
            ["Watching"],
            ["Admission"],
        ],
        ["Bookings"] =
        [
            ["Departures", "Payments", "Vouchers"],
            ["WaitingList", "Saga"],
            ["Bookings"],
            ["Completion"], // the port for a module
        ],
    };

    public static IEnumerable<string> Violations(string rootNamespace, string[][] order, IEnumerable<TypeUse> uses)
    {
        var steps = order.SelectMany((step, index) => step.Select(folder => (folder, index))).ToDictionary(pair => pair.folder, pair => pair.index);
        return from use in uses
               let pair = (From: FolderCycles.Folder(use.From, rootNamespace), To: FolderCycles.Folder(use.To, rootNamespace))
               where pair.From != pair.To && steps.ContainsKey(pair.From) && steps.ContainsKey(pair.To) && steps[pair.From] <= steps[pair.To]
               group use by pair into wrong
               let example = wrong.First()
               select $"{rootNamespace}: {wrong.Key.From} uses {wrong.Key.To}, which does not come before it ({wrong.Count()}): "
                   + $"{example.From.Name} uses {example.To.Name}";
    }

    /// <summary>A folder that was renamed would otherwise drop out of the order and nobody would notice.</summary>
    public static IEnumerable<string> FoldersThatAreNot(string rootNamespace, string[][] order, IEnumerable<TypeUse> uses)
    {
        var there = uses.SelectMany(use => new[] { use.From, use.To }).Select(type => FolderCycles.Folder(type, rootNamespace)).ToHashSet();
        return order.SelectMany(step => step).Where(folder => !there.Contains(folder))
            .Select(folder => $"{rootNamespace} has no folder {folder}, which its order names");
    }
}
