using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace RealtimeTours.RealtimeHub.Transport;

/// <summary>
/// The pipe that SignalR writes to, under its lock per connection. The bytes between two flushes become one WebSocket message, sent before the flush
/// returns or, where the socket's buffer is full (backpressure), while the flush is awaited.
/// </summary>
/// <param name="stock">The server's own pipe. Nothing is written to it; completing it makes the server close the WebSocket.</param>
internal sealed class DirectOutput(DirectSocket socket, PipeWriter stock, ITransferFormatFeature? format) : PipeWriter
{
    // Space for the longest frame header in front of the message: RFC 6455 §5.2, unmasked.
    private const int MaxHeader = 10;
    private const int FirstSize = 1024;

    private byte[]? _buffer;
    private int _end = MaxHeader;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _end - MaxHeader;

    public override void Advance(int bytes)
    {
        if (_buffer is null || bytes < 0 || bytes > _buffer.Length - _end) throw new ArgumentOutOfRangeException(nameof(bytes));
        _end += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(_end);

    public override Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(_end);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_buffer is not { } buffer) return default;
        var start = PutHeader(buffer, _end - MaxHeader);
        var frame = buffer.AsMemory(start, _end - start);
        (_buffer, _end) = (null, MaxHeader);
        var send = socket.SendAsync(frame, CancellationToken.None); // not cancellable: half a message would break the connection
        if (!send.IsCompletedSuccessfully) return FinishAsync(send, buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        return new ValueTask<FlushResult>(Result(send.Result));
    }

    public override void CancelPendingFlush() => socket.CancelBlocked();

    public override void Complete(Exception? exception = null)
    {
        if (_buffer is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        (_buffer, _end) = (null, MaxHeader);
        stock.Complete(exception);
    }

    private static async ValueTask<FlushResult> FinishAsync(ValueTask<bool> send, byte[] buffer)
    {
        var taken = await send;
        ArrayPool<byte>.Shared.Return(buffer);
        return Result(taken);
    }

    // As a pipe whose reader is gone: the receiving side ends the connection.
    private static FlushResult Result(bool taken) => new(isCanceled: false, isCompleted: !taken);

    private byte[] Room(int sizeHint)
    {
        var needed = _end + Math.Max(sizeHint, 1);
        if (_buffer is not null && needed <= _buffer.Length) return _buffer;
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer is null ? FirstSize : 2 * _buffer.Length));
        if (_buffer is { } full)
        {
            full.AsSpan(0, _end).CopyTo(bigger);
            ArrayPool<byte>.Shared.Return(full);
        }
        return _buffer = bigger;
    }

    /// <summary>Writes the header in front of the payload, which begins at <see cref="MaxHeader"/>.</summary>
    /// <returns>Where the frame begins.</returns>
    private int PutHeader(byte[] buffer, int length)
    {
        const byte final = 0x80, text = 1, binary = 2;
        var start = MaxHeader - (length < 126 ? 2 : length <= ushort.MaxValue ? 4 : 10);
        buffer[start] = format?.ActiveFormat == TransferFormat.Binary ? (byte)(final | binary) : (byte)(final | text);
        switch (MaxHeader - start)
        {
            case 2:
                buffer[start + 1] = (byte)length;
                break;
            case 4:
                buffer[start + 1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(start + 2), (ushort)length);
                break;
            default:
                buffer[start + 1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(buffer.AsSpan(start + 2), (ulong)length);
                break;
        }
        return start;
    }
}
