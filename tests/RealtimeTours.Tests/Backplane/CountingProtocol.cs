using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RealtimeTours.Tests.Backplane;

/// <summary>The JSON hub protocol under a name of its own, counting what it encodes.</summary>
internal sealed class CountingProtocol(string name) : IHubProtocol
{
    private readonly JsonHubProtocol _json = new();

    public int Encoded { get; private set; }

    public string Name => name;

    public int Version => _json.Version;

    public TransferFormat TransferFormat => _json.TransferFormat;

    public bool IsVersionSupported(int version) => _json.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, out HubMessage message) =>
        _json.TryParseMessage(ref input, binder, out message!);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message)
    {
        Encoded++;
        return _json.GetMessageBytes(message);
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        Encoded++;
        _json.WriteMessage(message, output);
    }
}

internal static class CountingProtocolRegistration
{
    public static void AddProtocols(this IServiceCollection services, params IHubProtocol[] protocols)
    {
        services.RemoveAll<IHubProtocol>();
        foreach (var protocol in protocols) services.AddSingleton(protocol);
    }
}
