using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Redis;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Backplane;

/// <summary>This node's way to the others: it publishes, asks, answers, and says what it was told.</summary>
internal sealed class RedisBus
{
    private readonly RedisConnection _redis;
    private readonly RedisChannels _channels;
    private readonly BackplaneOptions _options;
    private readonly ILogger _logger;
    private readonly RedisAcks _acks = new();
    private long _unsureUntil;

    public RedisBus(RedisConnection redis, RedisChannels channels, BackplaneOptions options, ILogger logger)
    {
        (_redis, _channels, _options, _logger) = (redis, channels, options, logger);
        BackplaneMetrics.Appear();
        _ = WatchRedisAsync();
    }

    public Guid Node { get; } = Guid.NewGuid();

    /// <summary>Completes when answers can reach this node.</summary>
    public Task Listening { get; set; } = Task.CompletedTask;

    /// <returns>How many nodes listen.</returns>
    /// <exception cref="BackplaneUnavailableException">Redis is away or did not answer in time.</exception>
    public async Task<long> PublishAsync(string channel, byte[] message)
    {
        try
        {
            var subscriber = await _redis.SubscriberAsync();
            var nodes = await subscriber.PublishAsync(RedisChannels.Literal(channel), message).WaitAsync(_options.RedisTimeout);
            BackplaneMetrics.Published.Add(1);
            return nodes;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            BackplaneMetrics.NotPublished.Add(1);
            throw new BackplaneUnavailableException("Redis is away: only the connections of this node were reached.", exception);
        }
    }

    public Task<long> PublishAsync(string channel, RedisBusMessage message) => PublishAsync(channel, message.ToBytes());

    /// <summary>Asks all nodes for the one that holds a connection.</summary>
    /// <returns>The node that has it and did what was asked; null when no node has it.</returns>
    /// <exception cref="TimeoutException">A node that got the question did not answer in time.</exception>
    /// <exception cref="BackplaneUnavailableException">Redis is away.</exception>
    public async Task<Guid?> AskAsync(RedisBusMessage question)
    {
        await Listening;
        while (true)
        {
            if (await AskOnceAsync(question) is { } node) return node;
            // Just after Redis came back not every node listens again: that all who do say no proves nothing yet.
            if (Environment.TickCount64 >= Volatile.Read(ref _unsureUntil)) return null;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private async Task<Guid?> AskOnceAsync(RedisBusMessage question)
    {
        var id = _acks.Open();
        try
        {
            var nodes = await PublishAsync(_channels.Everyone, question with { AckId = id });
            _acks.Reached(id, nodes);
            return await _acks.AnswerAsync(id, _options.AckTimeout);
        }
        finally
        {
            _acks.Close(id);
        }
    }

    /// <summary>Its own question came back to this node, which has not got the connection: it asks only for those it does not have.</summary>
    public void TakeOwn(byte[] bytes)
    {
        if (RedisBusMessage.IsQuestion(bytes) && RedisBusMessage.Read(bytes) is { } question) _acks.No(question.AckId);
    }

    /// <summary>Answers a question in the background; a failure is the asker's time-out.</summary>
    public void Answer(RedisBusMessage question, RedisBusMessageKind answer) =>
        _ = AnswerAsync(question.Sender, new RedisBusMessage(answer, Node) { AckId = question.AckId });

    /// <summary>True when the message was an answer to this node.</summary>
    public bool TakeAnswer(RedisBusMessage message)
    {
        if (message.Kind == RedisBusMessageKind.Done) _acks.Yes(message.AckId, message.Sender);
        else if (message.Kind == RedisBusMessageKind.NotMine) _acks.No(message.AckId);
        else return false;
        return true;
    }

    /// <summary>Tells a node something, and again while it or Redis is away, until the patience ends.</summary>
    /// <returns>False when it never listened.</returns>
    public async Task<bool> TellAsync(Guid node, RedisBusMessage message)
    {
        var bytes = message.ToBytes();
        var until = DateTime.UtcNow + _options.ResultPatience;
        while (true)
        {
            try
            {
                if (await PublishAsync(_channels.Node(node), bytes) > 0) return true;
            }
            catch (BackplaneUnavailableException)
            {
                // tried again below
            }
            if (DateTime.UtcNow >= until) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
    }

    /// <summary>A client's result or the reason why there is none, for the node that asked.</summary>
    public async Task ForwardResultAsync(ClientResults.Owed owed, string invocationId, CompletionMessage? result, string? error)
    {
        var message = new RedisBusMessage(RedisBusMessageKind.Result, Node)
        {
            InvocationId = invocationId,
            Only = [owed.ConnectionId],
            Error = error,
            Payload = result is null ? null : [new SerializedMessage(owed.Protocol.Name, owed.Protocol.GetMessageBytes(result))],
        };
        if (!await TellAsync(owed.Asker, message)) RedisLog.ResultGivenUp(_logger, invocationId, owed.Asker);
    }

    private async Task WatchRedisAsync()
    {
        try
        {
            var multiplexer = await _redis.MultiplexerAsync();
            multiplexer.ConnectionFailed += (_, failure) => Unsure(() => RedisLog.RedisLost(_logger, failure.ConnectionType, failure.FailureType));
            multiplexer.ConnectionRestored += (_, restored) => Unsure(() => RedisLog.RedisBack(_logger, restored.ConnectionType));
        }
        catch (Exception exception) when (exception is RedisException or ObjectDisposedException)
        {
            RedisLog.RedisUnusable(_logger, exception);
        }

        void Unsure(Action log)
        {
            Volatile.Write(ref _unsureUntil, Environment.TickCount64 + (long)_options.AckTimeout.TotalMilliseconds);
            log();
        }
    }

    private async Task AnswerAsync(Guid node, RedisBusMessage answer)
    {
        try
        {
            await PublishAsync(_channels.Node(node), answer);
        }
        catch (BackplaneUnavailableException exception)
        {
            RedisLog.AnswerFailed(_logger, exception, answer.Kind, node);
        }
    }
}
