using System.Buffers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Backplane;

/// <summary>Calls a client for a result, on this node or another, and forwards the results that clients of this node owe to other nodes.</summary>
internal sealed class ClientInvocations(RedisBus bus, RedisChannels channels, IHubProtocolResolver protocols, BackplaneOptions options, ILogger logger)
{
    private const string Disconnected = "Connection disconnected.";
    private long _last;

    public ClientResults Results { get; } = new();

    public async Task<T> InvokeHereAsync<T>(LocalConnection connection, string methodName, object?[] args, CancellationToken cancellationToken)
    {
        var id = NewId();
        var result = Results.Expect<T>(id, connection.Id, cancellationToken);
        try
        {
            using var gone = connection.Context.ConnectionAborted.UnsafeRegister(_ => Results.Fail(id, new IOException(Disconnected)), null);
            // A client that does not read must not outlast the caller's patience, so the write is not awaited: the result or its failure ends the wait.
            _ = connection.Context.WriteAsync(new InvocationMessage(id, methodName, args), CancellationToken.None).AsTask();
            return await result;
        }
        finally
        {
            Results.Forget(id);
        }
    }

    public async Task<T> InvokeThereAsync<T>(string connectionId, Func<string, IReadOnlyList<SerializedMessage>> message, CancellationToken cancellationToken)
    {
        var id = NewId();
        var question = new RedisBusMessage(RedisBusMessageKind.Invoke, bus.Node) { Only = [connectionId], InvocationId = id, Payload = message(id) };
        var result = Results.Expect<T>(id, connectionId, cancellationToken);
        Guid? owner = null;
        try
        {
            var asked = bus.AskAsync(question);
            if (await Task.WhenAny(asked, result) == asked)
            {
                owner = await asked ?? throw new IOException($"Connection '{connectionId}' does not exist.");
                await WaitWhileAliveAsync(result, owner.Value, id);
            }
            return await result;
        }
        finally
        {
            Results.Forget(id);
            if (!result.IsCompletedSuccessfully) _ = TellToForgetAsync(id);
        }
    }

    /// <summary>A connection of this node is being called for another node.</summary>
    public void Owe(string invocationId, LocalConnection connection, Guid asker)
    {
        var owed = new ClientResults.Owed(connection.Id, asker, connection.Context.Protocol);
        Results.Owe(invocationId, owed);
        owed.Gone = connection.Context.ConnectionAborted.UnsafeRegister(_ =>
        {
            if (Results.TryTakeOwed(invocationId, connectionId: null, out var open)) _ = bus.ForwardResultAsync(open, invocationId, null, Disconnected);
        }, null);
    }

    public void SetResult(string connectionId, CompletionMessage result)
    {
        if (Results.TryComplete(connectionId, result) || !Results.TryTakeOwed(result.InvocationId!, connectionId, out var owed)) return;
        owed.Gone.Dispose();
        _ = bus.ForwardResultAsync(owed, result.InvocationId!, result, error: null); // not awaited: the client's next message is not to wait for Redis
    }

    public void TakeForwarded(RedisBusMessage message)
    {
        if (message.InvocationId is not { } id || message.Only is not [var connectionId]) return;
        if (message.Error is { } error) Results.Fail(id, new IOException(error));
        else if (message.Payload is [var payload] && protocols.GetProtocol(payload.ProtocolName, null) is { } protocol)
        {
            var bytes = new ReadOnlySequence<byte>(payload.Serialized);
            if (protocol.TryParseMessage(ref bytes, Results, out var parsed) && parsed is CompletionMessage completion)
                Results.TryComplete(connectionId, completion);
        }
    }

    public void Forget(string invocationId)
    {
        if (Results.TryTakeOwed(invocationId, connectionId: null, out var owed)) owed.Gone.Dispose();
    }

    // A node that was killed cannot say that its connection is gone; Redis knows that it no longer listens.
    private async Task WaitWhileAliveAsync(Task result, Guid owner, string invocationId)
    {
        var missed = 0;
        while (await Task.WhenAny(result, Task.Delay(options.OwnerCheckInterval)) != result)
        {
            try
            {
                var listening = await bus.PublishAsync(channels.Node(owner), new RedisBusMessage(RedisBusMessageKind.Knock, bus.Node));
                missed = listening > 0 ? 0 : missed + 1;
            }
            catch (BackplaneUnavailableException)
            {
                missed = 0; // it says nothing about the other node
            }
            if (missed >= 2) Results.Fail(invocationId, new IOException("The node of the connection is gone.")); // twice: it may have been reconnecting
        }
    }

    private async Task TellToForgetAsync(string invocationId)
    {
        try
        {
            await bus.PublishAsync(channels.Everyone, new RedisBusMessage(RedisBusMessageKind.Forget, bus.Node) { InvocationId = invocationId });
        }
        catch (BackplaneUnavailableException exception)
        {
            RedisLog.AnswerFailed(logger, exception, RedisBusMessageKind.Forget, bus.Node);
        }
    }

    private string NewId() => $"{bus.Node:N}{Interlocked.Increment(ref _last)}";
}
