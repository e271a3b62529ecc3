namespace RealtimeTours.Tests.Architecture;

/// <param name="Path">From the root of the repository, with forward slashes.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public IEnumerable<string> Lines => Text.Split('\n');
}

/// <summary>The files of the checkout that people wrote.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "wwwroot", "data", "artifacts", ".test-build"];

    public static string PathOf(string path) => Path.Combine(Repository.Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>The files under a folder that people wrote; none where the folder does not exist.</summary>
    public static IReadOnlyList<SourceFile> Files(string folder, params string[] extensions) =>
        Directory.Exists(PathOf(folder))
            ? Walk(new DirectoryInfo(PathOf(folder)))
                .Where(file => extensions.Contains(file.Extension))
                .Select(
                    file => new SourceFile(Path.GetRelativePath(Repository.Root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName)))
                .OrderBy(file => file.Path, StringComparer.Ordinal)
                .ToArray()
            : [];

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(inner => !NotOurs.Contains(inner.Name)).SelectMany(Walk));
}
