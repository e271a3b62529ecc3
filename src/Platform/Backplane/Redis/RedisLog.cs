using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Backplane;

/// <summary>Everything the backplane logs.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The backplane lost its {Connection} connection to Redis: {Failure}. Other nodes are not reached until it is back")]
    public static partial void RedisLost(ILogger logger, ConnectionType connection, ConnectionFailureType failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The backplane has its {Connection} connection to Redis back")]
    public static partial void RedisBack(ILogger logger, ConnectionType connection);

    [LoggerMessage(Level = LogLevel.Error, Message = "The backplane has no connection to Redis and will not get one")]
    public static partial void RedisUnusable(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis has not confirmed the subscription to {Channel}; it is made when Redis is back")]
    public static partial void NotSubscribed(ILogger logger, string channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A backplane message on {Channel} could not be handled and is dropped")]
    public static partial void ReceiveFailed(ILogger logger, Exception exception, string channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A backplane message on {Channel} has a format this version does not know and is dropped")]
    public static partial void UnknownFormat(ILogger logger, string channel);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Writing to connection {ConnectionId} failed")]
    public static partial void WriteFailed(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection {ConnectionId} is closed: {Limit} messages wait for it")]
    public static partial void SlowConnectionClosed(ILogger logger, string connectionId, int limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer {Kind} could not be sent to node {Node}")]
    public static partial void AnswerFailed(ILogger logger, Exception exception, RedisBusMessageKind kind, Guid node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client result of invocation {InvocationId} did not reach node {Node} and is given up")]
    public static partial void ResultGivenUp(ILogger logger, string invocationId, Guid node);
}
