using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace RealtimeTours.Tests.Clients;

/// <summary>The transport under the official .NET <c>HubConnection</c>: one WebSocket without a negotiate request, as <c>skipNegotiation</c> does in browsers.</summary>
public sealed class WebSocketConnectionFactory(string? token = null, string? origin = null) : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = new UriBuilder(((UriEndPoint)endpoint).Uri);
        address.Scheme = address.Scheme == "https" ? "wss" : "ws";
        if (token is not null) address.Query = $"access_token={Uri.EscapeDataString(token)}";
        var socket = new ClientWebSocket();
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(address.Uri, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return new WebSocketConnection(socket);
    }

    private sealed class WebSocketConnection : ConnectionContext
    {
        private readonly WebSocket _socket;
        private readonly Pipe _received = new();
        private readonly Pipe _toSend = new();
        private readonly CancellationTokenSource _closed = new();
        private readonly Task _loops;

        public WebSocketConnection(WebSocket socket)
        {
            _socket = socket;
            Transport = new Duplex(_received.Reader, _toSend.Writer);
            ConnectionClosed = _closed.Token;
            _loops = Task.WhenAll(ReceiveAsync(), SendAsync());
        }

        public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; }

        public override async ValueTask DisposeAsync()
        {
            await Transport.Output.CompleteAsync();
            await Transport.Input.CompleteAsync();
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                await _loops.WaitAsync(patience.Token);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
            {
                // the other side is gone
            }
            _socket.Dispose();
        }

        private async Task ReceiveAsync()
        {
            Exception? failure = null;
            try
            {
                while (true)
                {
                    var result = await _socket.ReceiveAsync(_received.Writer.GetMemory(4096), CancellationToken.None);
                    if (result.MessageType == WebSocketMessageType.Close) break;
                    _received.Writer.Advance(result.Count);
                    if ((await _received.Writer.FlushAsync()).IsCompleted) break;
                }
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException)
            {
                failure = e;
            }
            await _received.Writer.CompleteAsync(failure);
            await _closed.CancelAsync();
        }

        private async Task SendAsync()
        {
            try
            {
                while (true)
                {
                    var read = await _toSend.Reader.ReadAsync();
                    foreach (var part in read.Buffer) await _socket.SendAsync(part, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                    _toSend.Reader.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted) break;
                }
            }
            catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException)
            {
                // the receiving side reports it
            }
            await _toSend.Reader.CompleteAsync();
        }

        private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }
}
