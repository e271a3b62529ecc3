using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace RealtimeTours.RealtimeHub.Transport;

/// <summary>The request's upgrade, with a stream whose writing side is <see cref="Writer"/>.</summary>
internal sealed class DirectUpgrade(IHttpUpgradeFeature inner, DirectSocket writer) : IHttpUpgradeFeature
{
    public DirectSocket Writer => writer;

    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync()
    {
        var stream = await inner.UpgradeAsync();
        writer.Open();
        return new DirectStream(stream, writer);
    }

    /// <summary>The connection's own socket where writing to it is writing to the client: no TLS between, a server that shows it. Else null.</summary>
    public static Socket? PlainSocket(HttpContext context) =>
        context.Features.Get<ITlsHandshakeFeature>() is null && context.Features.Get<ITlsConnectionFeature>() is null
            ? context.Features.Get<IConnectionSocketFeature>()?.Socket
            : null;
}
