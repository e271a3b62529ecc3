using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace RealtimeTours.Platform.Backplane;

/// <summary>Encodes a message once in each protocol this hub speaks; the connections of all nodes share the bytes.</summary>
internal sealed class HubMessageBytes(IHubProtocolResolver protocols, IList<string>? supported)
{
    private readonly IHubProtocol[] _protocols =
        [.. protocols.AllProtocols.Where(p => supported is null || supported.Contains(p.Name, StringComparer.OrdinalIgnoreCase))];

    public SerializedMessage[] Of(HubMessage message) => Array.ConvertAll(_protocols, p => new SerializedMessage(p.Name, p.GetMessageBytes(message)));
}
