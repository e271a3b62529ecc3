namespace RealtimeTours.Tests;

/// <summary>Where the checkout is that these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RealtimeTours.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("RealtimeTours.sln was not found above the test's folder.");
    }
}
