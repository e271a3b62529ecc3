namespace RealtimeTours.Web.Pages;

internal static partial class PagesLog
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The pages are not built, only REST is served. Build them with Node 20.19 or newer: dotnet build src/Web")]
    public static partial void NotBuilt(ILogger logger);
}
