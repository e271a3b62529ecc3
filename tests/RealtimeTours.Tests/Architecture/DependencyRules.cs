using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RealtimeTours.Tests.Architecture;

/// <summary>Who may know whom. Each rule is a function from files to violations, so that a test can also hand it one that breaks it.</summary>
internal static partial class DependencyRules
{
    // Web may know all, nobody may know Web.
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["Contracts"] = [],
        ["Platform"] = ["Contracts"],
        ["RealtimeHub"] = ["Contracts", "Platform"],
        ["Bookings"] = ["Contracts", "Platform"],
        ["Simulation"] = ["Contracts", "Platform", "Bookings"],
        ["CatalogSync"] = ["Contracts", "Platform", "Bookings", "Simulation"],
        ["Web"] = ["Contracts", "Platform", "Bookings", "Simulation", "RealtimeHub", "CatalogSync"],
    };

    private static readonly (string Namespace, string FilePrefix)[] DriverOwners =
    [
        ("RabbitMQ", "RabbitMq"), ("StackExchange.Redis", "Redis"), ("Npgsql", "Postgres"), ("Microsoft.Data.Sqlite", "Sqlite"),
        ("SQLitePCL", "Sqlite"),
    ];

    /// <param name="project">A csproj under src.</param>
    public static IEnumerable<string> ProjectReferences(SourceFile project)
    {
        var name = ProjectName(project.Path);
        var allowed = AllowedReferences.GetValueOrDefault(name) ?? (IsModule(project.Path) ? ["Contracts", "Platform", "Bookings"] : []);
        return Items(project, "ProjectReference").Select(ProjectName)
            .Where(reference => !allowed.Contains(reference) && !(name == "Web" && reference.EndsWith("Modules", StringComparison.Ordinal)))
            .Select(reference => $"{project.Path} references {reference}");
    }

    public static IEnumerable<string> ContractsPackages(SourceFile project) =>
        ProjectName(project.Path) == "Contracts"
            ? Items(project, "PackageReference").Concat(Items(project, "FrameworkReference")).Select(package => $"{project.Path} needs {package}")
            : [];

    public static IEnumerable<string> PinnedCentrally(SourceFile project) =>
        XDocument.Parse(project.Text).Descendants("PackageReference")
            .Where(reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null)
            .Select(
                reference => $"{project.Path} pins {reference.Attribute("Include")?.Value} by itself; versions belong in Directory.Packages.props");

    /// <summary>A driver is used only in files named after it: whoever swaps the server searches for one prefix.</summary>
    public static IEnumerable<string> Drivers(SourceFile file) =>
        from driver in DriverOwners
        where !file.Name.StartsWith(driver.FilePrefix, StringComparison.Ordinal)
        from used in UsedNamespaces(file)
        where used == driver.Namespace || used.StartsWith(driver.Namespace + ".", StringComparison.Ordinal)
        select $"{file.Path} uses {used}, which belongs in files named {driver.FilePrefix}*";

    /// <summary>Platform knows the envelope and no tour: of Contracts only the root namespace.</summary>
    public static IEnumerable<string> PlatformKnowsNoTour(SourceFile file) =>
        file.Path.StartsWith("src/Platform/", StringComparison.Ordinal)
            ? ContractsNamespace().Matches(WithoutComments(file)).Select(match => $"{file.Path} uses {match.Value}")
            : [];

    public static IEnumerable<string> ModulesKnowOnlyEvents(SourceFile file) =>
        IsModule(file.Path)
            ? ModuleNamespace().Matches(WithoutComments(file))
                .Select(match => match.Groups["module"].Value)
                .Where(module => module != file.Path.Split('/')[2])
                .Distinct()
                .Select(module => $"{file.Path} uses the module {module}; modules talk through events only")
            : [];

    /// <summary>Of the bookings a module knows the port alone, the folder Completion (decision 28).</summary>
    public static IEnumerable<string> ModulesKnowThePortOfBookings(SourceFile file) =>
        IsModule(file.Path)
            ? BehindThePort().Matches(WithoutComments(file)).Select(match => $"{file.Path} uses {match.Value}, which is behind the port")
            : [];

    /// <summary>Nobody but Web and the tests names Web's namespace.</summary>
    public static IEnumerable<string> NobodyKnowsWeb(SourceFile file) =>
        !file.Path.StartsWith("src/Web/", StringComparison.Ordinal) && WebNamespace().IsMatch(WithoutComments(file))
            ? [$"{file.Path} uses RealtimeTours.Web"] : [];

    private static bool IsModule(string path) => path.StartsWith("src/Modules/", StringComparison.Ordinal);

    private static string ProjectName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static IEnumerable<string> Items(SourceFile project, string item) =>
        XDocument.Parse(project.Text).Descendants(item).Select(element => element.Attribute("Include")?.Value).OfType<string>();

    private static IEnumerable<string> UsedNamespaces(SourceFile file) =>
        UsingDirective().Matches(file.Text).Select(match => match.Groups["namespace"].Value)
            .Concat(QualifiedDriver().Matches(UsingDirective().Replace(WithoutComments(file), "")).Select(match => match.Value.TrimEnd('.')));

    private static string WithoutComments(SourceFile file) => LineComment().Replace(file.Text, "");

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?<namespace>[\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex UsingDirective();

    // Written out in the middle of code, without a using directive.
    [GeneratedRegex(@"(?<![\w.""])(?:RabbitMQ\.Client|StackExchange\.Redis|Npgsql|Microsoft\.Data\.Sqlite|SQLitePCL)\.(?=[A-Z])")]
    private static partial Regex QualifiedDriver();

    [GeneratedRegex(@"RealtimeTours\.Contracts\.\w+|(?<=using\s)Contracts\.\w+")]
    private static partial Regex ContractsNamespace();

    [GeneratedRegex(@"RealtimeTours\.Modules\.(?<module>\w+)")]
    private static partial Regex ModuleNamespace();

    // Also without the root, as code in RealtimeTours.Modules may write it.
    [GeneratedRegex(@"(?<![\w.])(?:RealtimeTours\.Bookings\b(?!\.Completion\b)|Bookings\.(?:Bookings|Departures|Payments|Saga|Tours|WaitingList)\b)")]
    private static partial Regex BehindThePort();

    [GeneratedRegex(@"RealtimeTours\.Web\b(?!\.(?:dll|csproj))")]
    private static partial Regex WebNamespace();

    [GeneratedRegex(@"(?<=^|\s)//.*$", RegexOptions.Multiline)]
    private static partial Regex LineComment();
}
