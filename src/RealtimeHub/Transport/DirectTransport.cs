using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.RealtimeHub.Transport;

/// <summary>
/// A shorter way from the hub to a plain WebSocket. Negotiation, the opening handshake, receiving, closing and the hub protocol stay ASP.NET Core's; only what
/// it writes is framed here and given to the socket at once. TLS, Server-Sent Events and long polling are not touched. See docs/decisions/0009.
/// </summary>
internal static class DirectTransport
{
    /// <summary>Before the endpoint: prepares WebSocket requests whose socket can be written to.</summary>
    public static IApplicationBuilder UseDirectUpgrades(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<RealtimeHubOptions>>().Value;
        if (options.Transport == HubTransport.Stock) return app;
        var sending = ActivatorUtilities.CreateInstance<DirectSending>(app.ApplicationServices, options.SlowConsumerTimeout);
        return app.Use((context, next) =>
        {
            if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade
                && DirectUpgrade.PlainSocket(context) is { } socket
                && context.Features.Get<IConnectionLifetimeFeature>() is { } connection)
                context.Features.Set<IHttpUpgradeFeature>(new DirectUpgrade(upgrade, new DirectSocket(socket, connection, sending)));
            return next(context);
        });
    }

    /// <summary>In front of the hub: gives prepared connections the short way out.</summary>
    public static IConnectionBuilder UseDirectOutput(this IConnectionBuilder connections) => connections.Use(next => connection =>
    {
        if (connection.GetHttpContext()?.Features.Get<IHttpUpgradeFeature>() is DirectUpgrade upgrade)
        {
            var output = new DirectOutput(upgrade.Writer, connection.Transport.Output, connection.Features.Get<ITransferFormatFeature>());
            connection.Transport = new Duplex(connection.Transport.Input, output);
        }
        return next(connection);
    });

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
