using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace RealtimeTours.RealtimeHub.Transport;

/// <summary>Upgrades the request to a stream that writes through <see cref="Writer"/>.</summary>
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

    /// <summary>The connection's socket; null if bytes written to it would not reach the client unchanged (TLS).</summary>
    public static Socket? PlainSocket(HttpContext context) =>
        context.Features.Get<ITlsHandshakeFeature>() is null && context.Features.Get<ITlsConnectionFeature>() is null
            ? context.Features.Get<IConnectionSocketFeature>()?.Socket
            : null;
}
