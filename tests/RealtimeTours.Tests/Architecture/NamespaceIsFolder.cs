using System.Text.RegularExpressions;

namespace RealtimeTours.Tests.Architecture;

/// <summary>
/// Who reads <c>RealtimeTours.Web.Bookings</c> knows where the file lies: a namespace is the project's root namespace and the folders below it.
/// </summary>
internal static partial class NamespaceIsFolder
{
    public static IEnumerable<string> Violations(SourceFile file, IEnumerable<Project> projects)
    {
        if (Projects.Of(file, projects) is not { } project) return [$"{file.Path} belongs to no project"];
        var expected = string.Join('.', file.Path[(project.Folder.Length + 1)..].Split('/')[..^1].Prepend(project.RootNamespace));
        var declared = Declared().Match(file.Text);
        if (!declared.Success) return DeclaresTypes(file) ? [$"{file.Path} has no namespace, its folder says {expected}"] : [];
        if (declared.Groups["end"].Value != ";") return [$"{file.Path} has a namespace in braces; a file-scoped one says the same with less"];
        var name = declared.Groups["name"].Value;
        return name == expected ? [] : [$"{file.Path} has the namespace {name}, its folder says {expected}"];
    }

    // The statements of Program.cs have no namespace, and neither has the class they are in.
    private static bool DeclaresTypes(SourceFile file) => file.Name != "Program.cs" && TypeDeclaration().IsMatch(file.Text);

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)\s*(?<end>[;{])", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(
        "^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref) )*(?:class|record|struct|interface|enum|delegate) ",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
