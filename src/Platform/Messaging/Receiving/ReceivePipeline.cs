using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>The steps that every received event takes, on both buses, and the outcome.</summary>
internal sealed class ReceivePipeline
{
    private readonly string _consumer;
    private readonly Func<EventEnvelope, CancellationToken, Task> _handle;
    private readonly RetrySchedule? _schedule;
    private readonly ConsumerPause? _pause;
    private readonly MessagingMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly (string Name, Func<Reception, CancellationToken, Task> Run)[] _steps;

    /// <param name="schedule">Null for a listener, which has no retries.</param>
    /// <param name="pause">Null for a listener, which drops events during an outage.</param>
    public ReceivePipeline(
        string consumer, Func<EventEnvelope, CancellationToken, Task> handle, RetrySchedule? schedule, TimeProvider time, MessagingMetrics metrics,
        ILogger logger, ConsumerPause? pause = null)
    {
        (_consumer, _handle, _schedule, _time, _metrics, _logger, _pause) = (consumer, handle, schedule, time, metrics, logger, pause);
        // Effects happen once because the handler writes its inbox row in its own transaction.
        _steps =
        [
            ("size", CheckSize),
            ("parse", Parse),
            ("validate", Validate),
            ("correlate", Correlate),
            ("handle", Handle),
        ];
    }

    /// <param name="stopping">Cancels the handler when the host cannot wait for it any longer.</param>
    public async Task<ReceiveOutcome> RunAsync(ReceivedMessage message, CancellationToken stopping)
    {
        using var reception = new Reception(message);
        ReceiveOutcome outcome;
        try
        {
            foreach (var (name, run) in _steps)
            {
                reception.Step = name;
                await run(reception, stopping);
            }
            outcome = ReceiveOutcome.Ack.Instance;
        }
        catch (Exception error)
        {
            outcome = Judge(reception, error, stopping);
            reception.Activity?.SetStatus(ActivityStatusCode.Error, error.Message);
        }
        _metrics.Consumed(_consumer, outcome);
        return outcome;
    }

    /// <summary>The first steps alone, for an event that is handled in a batch.</summary>
    /// <exception cref="PermanentFailureException">It cannot be read.</exception>
    public EventEnvelope Read(ReceivedMessage message)
    {
        EnvelopeReader.CheckSize(message.Body.Span);
        return Validated(EnvelopeReader.Parse(message.Body.Span), message);
    }

    private static Task CheckSize(Reception reception, CancellationToken stopping)
    {
        EnvelopeReader.CheckSize(reception.Message.Body.Span);
        return Task.CompletedTask;
    }

    private static Task Parse(Reception reception, CancellationToken stopping)
    {
        reception.Json = EnvelopeReader.Parse(reception.Message.Body.Span);
        return Task.CompletedTask;
    }

    private Task Validate(Reception reception, CancellationToken stopping)
    {
        reception.Envelope = Validated(reception.Json, reception.Message);
        return Task.CompletedTask;
    }

    private EventEnvelope Validated(JsonElement json, ReceivedMessage message) =>
        EnvelopeReader.NotAhead(EnvelopeReader.Validate(json, message.RoutingKey), _time.GetUtcNow());

    // Not async: the correlation id that it sets must stay set for the handler.
    private Task Correlate(Reception reception, CancellationToken stopping)
    {
        var envelope = reception.Envelope!;
        CorrelationContext.Begin(envelope.CorrelationId, envelope.EventId);
        reception.Activity = MessagingTracing.Receiving(_consumer, envelope, reception.Message.TraceParent);
        reception.LogScope = _logger.BeginScope(new Dictionary<string, object>
        {
            ["CorrelationId"] = CorrelationContext.Id,
            ["Event"] = envelope.EventId,
            ["EventType"] = envelope.EventType,
        });
        return Task.CompletedTask;
    }

    private Task Handle(Reception reception, CancellationToken stopping) =>
        _pause is null ? _handle(reception.Envelope!, stopping) : _pause.RunAsync(() => _handle(reception.Envelope!, stopping));

    private ReceiveOutcome Judge(Reception reception, Exception error, CancellationToken stopping)
    {
        var (attempt, id) = (reception.Message.Attempt, reception.Envelope?.EventId ?? "unknown");
        if (error is StoppedWhilePausedException || error is OperationCanceledException && stopping.IsCancellationRequested)
            return ReceiveOutcome.Return.Instance;
        var permanent = PermanentReason(error);
        var reason = permanent ?? $"{error.GetType().Name}: {error.Message}";
        if (_schedule is null)
        {
            _logger.ListenerDropped(error, _consumer, id, reason);
            return new ReceiveOutcome.Drop(reason);
        }
        if (permanent is null && _schedule.DelayAfter(attempt) is { } delay)
        {
            _logger.Retrying(_consumer, id, attempt, delay, reason); // only the last attempt logs the stack trace
            return new ReceiveOutcome.Retry(delay, attempt + 1, reason);
        }
        if (permanent is null) reason = $"Failed {attempt} times; the last error was {reason}";
        _logger.DeadLettered(permanent is null ? error : null, _consumer, id, reception.Step, reason);
        return new ReceiveOutcome.DeadLetter(reason);
    }

    private static string? PermanentReason(Exception error) => error switch
    {
        PermanentFailureException permanent => permanent.Message,
        JsonException json => EventData.Explain(json),
        _ => null,
    };
}
