using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace RealtimeTours.Platform.Backplane;

public sealed partial class RedisHubLifetimeManager<THub>
{
    private RedisBusMessage NewSend(SerializedMessage[] payload, IReadOnlyList<string>? except = null) =>
        new(RedisBusMessageKind.Send, _bus.Node) { Payload = payload, Except = except };

    private Task SendToChannelsAsync(
        IEnumerable<string> channels, string methodName, object?[] args, IReadOnlyList<string> except, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var payload = _bytes.Of(new InvocationMessage(methodName, args));
        var bytes = NewSend(payload, except).ToBytes();
        var published = new List<Task>();
        foreach (var channel in channels)
        {
            Post(_subscriptions.Members(channel), payload, except);
            published.Add(_bus.PublishAsync(channel, bytes));
        }
        return published.Count == 1 ? published[0] : Task.WhenAll(published);
    }

    private static void Post(IReadOnlyDictionary<string, LocalConnection> connections, IReadOnlyList<SerializedMessage> payload, IReadOnlyList<string>? except)
    {
        var message = new SerializedHubMessage(payload);
        var excluded = except is { Count: > 8 } ? except.ToHashSet(StringComparer.Ordinal) : (IEnumerable<string>?)except;
        foreach (var (id, connection) in connections)
        {
            if (excluded is null || !excluded.Contains(id)) connection.Post(message);
        }
    }

    private void ReceiveForMembers(string channel, IReadOnlyDictionary<string, LocalConnection> members, byte[] bytes) =>
        Receive(channel, bytes, message =>
        {
            if (message is { Kind: RedisBusMessageKind.Send, Payload: { } payload }) Post(members, payload, message.Except);
        });

    private void ReceiveForEveryone(byte[] bytes) => Receive(_channels.Everyone, bytes, message =>
    {
        switch (message)
        {
            case { Kind: RedisBusMessageKind.Send, Payload: { } payload, Only: null }:
                Post(_connections, payload, message.Except);
                break;
            case { Kind: RedisBusMessageKind.Send, Payload: { } payload, Only: { } only }:
                var shared = new SerializedHubMessage(payload);
                foreach (var id in only)
                {
                    if (_connections.TryGetValue(id, out var meant)) meant.Post(shared);
                }
                break;
            case { Kind: RedisBusMessageKind.Forget, InvocationId: { } invocation }:
                _invocations.Forget(invocation);
                break;
            case { AckId: not 0, Only: [var id] }:
                if (_connections.TryGetValue(id, out var mine)) Do(message, mine);
                else _bus.Answer(message, RedisBusMessageKind.NotMine);
                break;
        }
    });

    private void ReceiveForThisNode(byte[] bytes) => Receive(_channels.Node(_bus.Node), bytes, message =>
    {
        if (!_bus.TakeAnswer(message) && message.Kind == RedisBusMessageKind.Result) _invocations.TakeForwarded(message);
    });

    private void Do(RedisBusMessage question, LocalConnection connection)
    {
        switch (question)
        {
            case { Kind: RedisBusMessageKind.Join, Group: { } group }:
                _ = AnswerWhenAsync(connection.JoinAsync(_channels.Group(group), _subscriptions));
                break;
            case { Kind: RedisBusMessageKind.Leave, Group: { } group }:
                connection.Leave(_channels.Group(group), _subscriptions);
                _bus.Answer(question, RedisBusMessageKind.Done);
                break;
            case { Kind: RedisBusMessageKind.Invoke, InvocationId: { } invocation, Payload: { } payload }:
                _invocations.Owe(invocation, connection, question.Sender);
                connection.Post(new SerializedHubMessage(payload));
                _bus.Answer(question, RedisBusMessageKind.Done);
                break;
        }

        async Task AnswerWhenAsync(Task joined)
        {
            await joined; // members hear other nodes from here on, so a send after the answer reaches them
            _bus.Answer(question, RedisBusMessageKind.Done);
        }
    }

    private Task AskForGroupAsync(RedisBusMessageKind kind, string connectionId, string group, CancellationToken cancellationToken) =>
        _bus.AskAsync(new RedisBusMessage(kind, _bus.Node) { Only = [connectionId], Group = group }).WaitAsync(cancellationToken);

    // Runs on StackExchange.Redis's reader: never blocks, never throws.
    private void Receive(string channel, byte[] bytes, Action<RedisBusMessage> handle)
    {
        try
        {
            if (RedisBusMessage.IsFrom(_bus.Node, bytes))
            {
                _bus.TakeOwn(bytes);
                return;
            }
            BackplaneMetrics.Received.Add(1);
            if (RedisBusMessage.Read(bytes) is { } message) handle(message);
            else RedisLog.UnknownFormat(_logger, channel);
        }
        catch (Exception exception)
        {
            RedisLog.ReceiveFailed(_logger, exception, channel);
        }
    }
}
