namespace RealtimeTours.Web.Pages;

/// <summary>Where the built pages lie: beside the sources under <c>dotnet run</c>, beside the program where it is started from elsewhere.</summary>
internal static class PagesFolder
{
    public static string? Find(IHostEnvironment environment) =>
        new[] { environment.ContentRootPath, AppContext.BaseDirectory }
            .Select(root => Path.Combine(root, "wwwroot"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "index.html")));
}
