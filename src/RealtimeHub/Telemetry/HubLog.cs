namespace RealtimeTours.RealtimeHub.Telemetry;

internal static partial class HubLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The availability board answers")]
    public static partial void BoardReached(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The availability board does not answer, trying on: {Reason}")]
    public static partial void BoardLost(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The availability board may have lost states (epoch {Epoch}): offering what this node knows")]
    public static partial void NewBoardEpoch(ILogger logger, string epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Comparing the board with the database failed, trying on: {Reason}")]
    public static partial void ReconciliationFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database corrected {Count} departures of the board")]
    public static partial void BoardCorrected(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closing slow connection {ConnectionId}: it took nothing for {Timeout}")]
    public static partial void SlowConnectionClosed(ILogger logger, string connectionId, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closing a slow connection: it left a frame waiting for {Timeout}")]
    public static partial void SlowSocketClosed(ILogger logger, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused a connection from origin {Origin}")]
    public static partial void OriginRefused(ILogger logger, string origin);

    [LoggerMessage(Level = LogLevel.Information, Message = "Closing a connection for its messages: {Reason}")]
    public static partial void MessageRefused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Draining {Connections} connections")]
    public static partial void DrainStarted(ILogger logger, int connections);

    [LoggerMessage(Level = LogLevel.Information, Message = "Drained in {Seconds:0.0} s; {Left} connections are cut")]
    public static partial void DrainEnded(ILogger logger, double seconds, int left);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Ignored event {Event} of the fast path, the consumer decides about it: {Reason}")]
    public static partial void FastPathRefused(ILogger logger, string @event, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message on {Channel} was not readable: {Reason}")]
    public static partial void UnreadableMessage(ILogger logger, string channel, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node's figures do not reach the operators' page, trying on: {Reason}")]
    public static partial void NodeStatusLost(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Viewer counts are not exchanged with the other nodes, trying on: {Reason}")]
    public static partial void PresenceLost(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Watched tours not announced, trying on: {Reason}")]
    public static partial void WatchedNotAnnounced(ILogger logger, string reason);
}
