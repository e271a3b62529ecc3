using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Messaging;

internal static partial class MessagingLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer} dead-lettered {Event} at step {Step}: {Reason}")]
    public static partial void DeadLettered(this ILogger logger, Exception? error, string consumer, string @event, string step, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer} failed on {Event}, attempt {Attempt}, again in {Delay}: {Reason}")]
    public static partial void Retrying(this ILogger logger, string consumer, string @event, int attempt, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Consumer} pauses because {Dependency} is away, its events wait and use up no attempt: {Reason}")]
    public static partial void ConsumerPaused(this ILogger logger, string consumer, string dependency, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Consumer} goes on after {Pause}: {Dependency} is back")]
    public static partial void ConsumerGoesOn(this ILogger logger, string consumer, string dependency, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Consumer} tries again at once, as {Dependency} answers although it looked away: {Reason}")]
    public static partial void DependencyAnswers(this ILogger logger, string consumer, string dependency, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Consumer} failed on a batch of {Count} events and handles them one by one: {Reason}")]
    public static partial void BatchFailed(this ILogger logger, string consumer, int count, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Listener {Listener} dropped {Event}: {Reason}")]
    public static partial void ListenerDropped(this ILogger logger, Exception error, string listener, string @event, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Nobody is subscribed to {EventType}: it was published and went nowhere. Said once per event type.")]
    public static partial void Unroutable(this ILogger logger, string eventType);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "{Count} events in memory end with this process: {Waiting} queued, {Delayed} waiting for a retry")]
    public static partial void LostAtStop(this ILogger logger, int count, int waiting, int delayed);

    [LoggerMessage(Level = LogLevel.Information, Message = "RabbitMQ connection {Connection} is up")]
    public static partial void ConnectionUp(this ILogger logger, string connection);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ connection {Connection} is not up: {Reason}. Trying until it is.")]
    public static partial void ConnectionDown(this ILogger logger, string connection, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "RabbitMQ connection {Connection} was lost: {Reason}")]
    public static partial void ConnectionLost(this ILogger logger, string connection, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "This process copies the stream {Stream} into the event log")]
    public static partial void AuditFollowing(this ILogger logger, string stream);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The event log is not being written: {Reason}. The broker's stream keeps what is published meanwhile.")]
    public static partial void AuditInterrupted(this ILogger logger, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "{Consumer} cannot put {Event} into {Queue} yet: {Reason} It stays with the broker until that works.")]
    public static partial void CannotForward(this ILogger logger, string consumer, string? @event, string queue, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Consumer} still had handlers running after {Limit}; they are cancelled, their messages are delivered again")]
    public static partial void DrainTimedOut(this ILogger logger, string consumer, TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer} met an unexpected error; its message is delivered again")]
    public static partial void Unexpected(this ILogger logger, Exception error, string consumer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping {Subscription} failed")]
    public static partial void StopFailed(this ILogger logger, Exception error, string subscription);
}
