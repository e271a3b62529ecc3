using System.Xml.Linq;

namespace RealtimeTours.Tests.Architecture;

/// <summary>
/// A project of the checkout. The rules find projects by their csproj files, so that one that moves or is new is judged without anybody saying so.
/// </summary>
/// <param name="Folder">From the root of the repository, without a slash at the end.</param>
/// <param name="RootNamespace">The namespace of the files that lie in <paramref name="Folder"/> itself.</param>
internal sealed record Project(string Name, string Folder, string RootNamespace, string AssemblyName)
{
    /// <summary>Where the test run finds the built assembly; missing where the tests do not reference the project.</summary>
    public string AssemblyPath => Path.Combine(AppContext.BaseDirectory, AssemblyName + ".dll");

    public bool IsProduct => Folder.StartsWith("src/", StringComparison.Ordinal);

    public bool Contains(SourceFile file) => file.Path.StartsWith(Folder + "/", StringComparison.Ordinal);
}

internal static class Projects
{
    public static IReadOnlyList<Project> All { get; } =
        [.. SourceTree.Files("src", ".csproj").Concat(SourceTree.Files("tests", ".csproj")).Select(Read)];

    public static IReadOnlyList<Project> Product { get; } = [.. All.Where(project => project.IsProduct)];

    public static Project Named(string name) => All.Single(project => project.Name == name);

    /// <summary>The innermost project around a file.</summary>
    public static Project? Of(SourceFile file, IEnumerable<Project> projects) =>
        projects.Where(project => project.Contains(file)).MaxBy(project => project.Folder.Length);

    /// <param name="file">A csproj. Names that it does not give itself come from Directory.Build.props.</param>
    public static Project Read(SourceFile file)
    {
        var xml = XDocument.Parse(file.Text);
        var name = Path.GetFileNameWithoutExtension(file.Name);
        var given = (string property) => xml.Descendants(property).FirstOrDefault()?.Value ?? $"RealtimeTours.{name}";
        return new(name, file.Path[..file.Path.LastIndexOf('/')], given("RootNamespace"), given("AssemblyName"));
    }
}
