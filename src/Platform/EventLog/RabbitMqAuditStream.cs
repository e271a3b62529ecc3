using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.EventLog;

/// <summary>Copies the broker's stream of all events, <c>{prefix}.audit</c>, into the event log: one process at a time, others on standby.</summary>
internal sealed class RabbitMqAuditStream(
    RabbitMqBusOptions options, EventLogSettings settings, EventLogPosition position, EventLogMetrics metrics, StorageReadiness readiness,
    ILogger<RabbitMqAuditStream> logger)
    : BackgroundService, IHealthCheck
{
    private const int MaxBatch = 500;
    // Collects a batch: each one costs the database a commit, and nothing waits for the log.
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SetUpWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private volatile string? _problem = "The audit stream is not bound yet.";
    private string? _said;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await readiness.WhenReady(stoppingToken);
                await FollowAsync(stoppingToken);
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
            {
                // Another process copies. Its lock ends when that process does.
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (_said != e.Message) logger.AuditInterrupted(e.Message);
                _said = e.Message;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(RetryInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var stream = options.Topology.AuditStream;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(SetUpWithin);
        var session = await RabbitMqSession.OpenAsync(options.Url, "audit", options: null, limit.Token);
        try
        {
            var exists = await RabbitMqTopology.AuditStreamExistsAsync(session, options.Topology, limit.Token);
            if (!exists) await position.ForgetAsync(stream, limit.Token); // a new stream counts from zero
            await RabbitMqTopology.DeclareAuditAsync(session.Channel, options.Topology, settings.Keep, settings.MaxStreamBytes, exists, limit.Token);
            _problem = null;
            await session.Channel.QueueDeclareAsync(
                options.Topology.AuditLock, durable: false, exclusive: true, autoDelete: true, cancellationToken: limit.Token);
            var arrived = Channel.CreateUnbounded<RabbitMqDelivery>(new UnboundedChannelOptions { SingleReader = true }); // bounded by the prefetch
            void Arrived(RabbitMqDelivery delivery) => arrived.Writer.TryWrite(delivery);
            await using var closing = session.Closed.Register(() => arrived.Writer.TryComplete());
            await session.Channel.BasicQosAsync(0, MaxBatch * 2, global: false, limit.Token);
            await session.Channel.BasicConsumeAsync(
                stream, autoAck: false, consumerTag: "", noLocal: false, exclusive: false,
                new Dictionary<string,
                object?> { ["x-stream-offset"] = await position.ReadAsync(stream, limit.Token) is { } last ? last + 1 : "first" },
                new RabbitMqInbound(session, Arrived, tooLarge: delivery =>
                {
                    Arrived(delivery with { Body = default }); // its offset and tag count, its content is no event
                    return Task.CompletedTask;
                }), limit.Token);
            _said = null;
            logger.AuditFollowing(stream);
            await CopyAsync(session, stream, arrived.Reader, stoppingToken);
        }
        finally
        {
            await session.CloseAsync(); // also releases the lock
        }
    }

    private async Task CopyAsync(RabbitMqSession session, string stream, ChannelReader<RabbitMqDelivery> arrived, CancellationToken stoppingToken)
    {
        var batch = new List<RabbitMqDelivery>(MaxBatch);
        while (await arrived.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(BatchWindow, stoppingToken);
            batch.Clear();
            while (batch.Count < MaxBatch && arrived.TryRead(out var delivery)) batch.Add(delivery);
            var events = batch.Select(delivery => LoggedEvent.Read(delivery.Body.Span)).OfType<LoggedEvent>().ToArray();
            await position.AdvanceAsync(stream, events, RabbitMqMessage.StreamOffset(batch[^1].Properties), stoppingToken);
            metrics.Logged(events.Length, unreadable: batch.Count - events.Length);
            await session.Channel.BasicAckAsync(batch[^1].Tag, multiple: true, CancellationToken.None);
        }
        throw new EventBusUnavailableException($"the connection was lost ({session.CloseReason})");
    }
}
