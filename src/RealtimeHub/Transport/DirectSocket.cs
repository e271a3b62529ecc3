using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Transport;

/// <summary>
/// The sending side of one upgraded connection: the hub's messages and what the server's WebSocket adds (pong, close), one frame at a time. Usually a
/// frame fits into the socket's buffer and is sent when the call returns.
/// </summary>
internal sealed class DirectSocket(Socket socket, IConnectionLifetimeFeature connection, DirectSending sending)
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private CancellationTokenSource? _blocked;
    private bool _gone;

    /// <summary>To be called after the answer to the upgrade request is written; nothing may be sent before.</summary>
    public void Open()
    {
        try
        {
            socket.Blocking = false; // synchronous calls then fail with WouldBlock; the server receives asynchronously
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _gone = true;
        }
    }

    /// <returns>False when the connection is gone; a timeout or a cancellation closes it too, since half a frame cannot be taken back.</returns>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default)
    {
        if (!_turn.Wait(0, CancellationToken.None)) return SendLaterAsync(frame, cancellationToken);
        var left = SendNow(frame);
        if (!left.IsEmpty) return SendRestAsync(left, cancellationToken);
        _turn.Release();
        return new ValueTask<bool>(!Volatile.Read(ref _gone));
    }

    /// <summary>Cancels a send that waits for the client, and closes the connection; does nothing if none waits.</summary>
    public void CancelBlocked()
    {
        if (Volatile.Read(ref _blocked) is not { } blocked) return;
        try
        {
            Volatile.Write(ref _gone, true);
            blocked.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the send has just ended
        }
    }

    private async ValueTask<bool> SendLaterAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        var left = SendNow(frame);
        if (!left.IsEmpty) return await SendRestAsync(left, cancellationToken);
        _turn.Release();
        return !Volatile.Read(ref _gone);
    }

    /// <returns>The bytes that did not fit into the socket's buffer.</returns>
    private ReadOnlyMemory<byte> SendNow(ReadOnlyMemory<byte> frame)
    {
        if (_gone) return default;
        try
        {
            var sent = socket.Send(frame.Span, SocketFlags.None, out var error);
            if (error is SocketError.Success) return frame[sent..];
            if (error is SocketError.WouldBlock) return frame;
        }
        catch (ObjectDisposedException)
        {
            // the server has closed it
        }
        Volatile.Write(ref _gone, true); // the server's pending receive reports it
        return default;
    }

    private async ValueTask<bool> SendRestAsync(ReadOnlyMemory<byte> left, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            timeout.CancelAfter(sending.Timeout);
            Volatile.Write(ref _blocked, timeout);
            while (!left.IsEmpty) left = left[await socket.SendAsync(left, SocketFlags.None, timeout.Token)..];
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            if (!_gone && e is OperationCanceledException && !cancellationToken.IsCancellationRequested) sending.TookTooLong();
            Volatile.Write(ref _gone, true);
            connection.Abort();
            return false;
        }
        finally
        {
            Volatile.Write(ref _blocked, null);
            _turn.Release();
        }
    }
}

internal sealed class DirectSending(TimeSpan timeout, HubMetrics metrics, ILogger<DirectSending> logger)
{
    /// <summary>How long a client may leave one frame unread.</summary>
    public TimeSpan Timeout => timeout;

    public void TookTooLong()
    {
        metrics.SlowClosed.Add(1);
        HubLog.SlowSocketClosed(logger, timeout);
    }
}
