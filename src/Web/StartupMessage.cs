using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Web;

/// <summary>Logs the addresses of the pages and the hub once the host listens.</summary>
internal static partial class StartupMessage
{
    public static void AnnounceAddresses(this WebApplication app, PlatformSettings settings) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        // The first address is the pages'. In embedded mode the last one is the hub's.
        var addresses = app.Urls.Select(url => url.Replace("[::]", "localhost").Replace("0.0.0.0", "localhost").Replace("*", "localhost")).ToArray();
        if (settings.Distributed) LogDistributed(app.Logger, addresses[0]);
        else LogEmbedded(app.Logger, addresses[0], addresses[^1] + HubContract.Path, settings.DataFolder);
    });

    [LoggerMessage(Level = LogLevel.Information, Message = "RealtimeTours is ready: pages and REST on {Pages}")]
    private static partial void LogDistributed(ILogger logger, string pages);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "RealtimeTours is ready. Open {Pages} in two windows and book in one. The hub is {Hub}, data is in {Folder}")]
    private static partial void LogEmbedded(ILogger logger, string pages, string hub, string folder);
}
