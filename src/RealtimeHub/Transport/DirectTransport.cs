using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.RealtimeHub.Transport;

/// <summary>
/// Writes frames from the hub straight to a plain WebSocket's socket. All else stays ASP.NET Core's: negotiation, handshake, receiving, closing, TLS,
/// Server-Sent Events and long polling. See docs/decisions/0009.
/// </summary>
internal static class DirectTransport
{
    /// <summary>Goes before the endpoint: prepares WebSocket requests whose socket can be written to.</summary>
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

    /// <summary>Goes before the hub: gives the prepared connections a <see cref="DirectOutput"/>.</summary>
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
