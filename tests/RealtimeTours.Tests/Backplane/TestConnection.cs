using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace RealtimeTours.Tests.Backplane;

/// <summary>A real server-side hub connection whose client is this object, at the other end of a pipe.</summary>
internal sealed class TestConnection : IInvocationBinder
{
    private readonly Pipe _toClient;
    private readonly List<InvocationMessage> _received = [];
    private readonly DefaultConnectionContext _transport;

    /// <param name="reads">False for a browser that has stalled: it accepts a few bytes and then takes no more.</param>
    public TestConnection(string? user = null, bool reads = true, IHubProtocol? protocol = null)
    {
        _toClient = new Pipe(new PipeOptions(pauseWriterThreshold: reads ? 1 << 20 : 32, resumeWriterThreshold: reads ? 1 << 19 : 16, useSynchronizationContext: false));
        var toServer = new Pipe();
        _transport = new DefaultConnectionContext(Guid.NewGuid().ToString("N"), new Duplex(toServer.Reader, _toClient.Writer), new Duplex(_toClient.Reader, toServer.Writer));
        Context = NewContext(_transport);
        Context.Protocol = protocol ?? new JsonHubProtocol();
        Context.UserIdentifier = user;
        if (reads) _ = ReadAsync();
    }

    public HubConnectionContext Context { get; }

    public string Id => Context.ConnectionId;

    public InvocationMessage[] Received
    {
        get
        {
            lock (_received) return [.. _received];
        }
    }

    /// <summary>What came, as <c>Target:argument</c>, without the marks of <see cref="Nodes.SettleAsync"/>.</summary>
    public string[] Texts => [.. Received.Where(m => m.Target != Nodes.Mark).Select(m => $"{m.Target}:{m.Arguments[0]}")];

    public bool HasMark(string mark) => Received.Any(m => m.Target == Nodes.Mark && (string?)m.Arguments[0] == mark);

    /// <summary>Waits for the call of a client result.</summary>
    public async Task<string> InvocationIdAsync(string target)
    {
        await Eventually.ShouldBeTrueAsync(() => Received.Any(m => m.Target == target));
        return Received.Last(m => m.Target == target).InvocationId.ShouldNotBeNull();
    }

    /// <summary>The socket broke: the next write fails.</summary>
    public void BreakWrites() => _toClient.Writer.Complete(new IOException("broken"));

    public static HubConnectionContext NewContext(ConnectionContext transport) =>
        new(transport, new HubConnectionContextOptions { KeepAliveInterval = TimeSpan.FromMinutes(5) }, NullLoggerFactory.Instance);

    public Type GetReturnType(string invocationId) => typeof(object);

    public IReadOnlyList<Type> GetParameterTypes(string methodName) => [typeof(string)];

    public Type GetStreamItemType(string streamId) => typeof(object);

    private async Task ReadAsync()
    {
        while (true)
        {
            var read = await _toClient.Reader.ReadAsync();
            var buffer = read.Buffer;
            while (Context.Protocol.TryParseMessage(ref buffer, this, out var message))
            {
                lock (_received) _received.Add((InvocationMessage)message);
            }
            _toClient.Reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return;
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
