namespace RealtimeTours.Web.Pages;

/// <summary>Finds the built pages: beside the sources under <c>dotnet run</c>, else beside the program.</summary>
internal static class PagesFolder
{
    public static string? Find(IHostEnvironment environment) =>
        new[] { environment.ContentRootPath, AppContext.BaseDirectory }
            .Select(root => Path.Combine(root, "wwwroot"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "index.html")));
}
