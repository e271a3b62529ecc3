using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>Keeps a session open, with backoff, in place of the client's recovery: that one loses track of unconfirmed messages.</summary>
/// <param name="setUp">Declares and consumes; runs on each new session before others get it.</param>
internal sealed class RabbitMqLink(
    RabbitMqBusOptions bus, string name, CreateChannelOptions? channel, Func<RabbitMqSession, CancellationToken, Task> setUp, ILogger logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan SetUpWithin = TimeSpan.FromSeconds(20);
    // Jitter: hosts must not reconnect in step.
    private static readonly Backoff Backoff = new(First: TimeSpan.FromMilliseconds(100), Longest: TimeSpan.FromSeconds(3)) { Jitter = 0.5 };
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<RabbitMqSession> _next = NewSource();
    private RabbitMqSession? _current;
    private Task? _loop;

    public string Name => name;

    /// <summary>Null while connected.</summary>
    public string? Problem { get; private set; } = "not connected yet";

    public RabbitMqSession? Current => Volatile.Read(ref _current) is { IsOpen: true } session ? session : null;

    public RabbitMqLink Start()
    {
        _loop = Task.Run(RunAsync);
        return this;
    }

    /// <summary>Waits for an open session.</summary>
    public async Task<RabbitMqSession> SessionAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Current is { } session) return session;
            Task<RabbitMqSession> next;
            lock (_gate) next = _next.Task;
            await next.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_loop is not null) await _loop;
    }

    private async Task RunAsync()
    {
        for (var failures = 0; !_stopping.IsCancellationRequested; failures++)
        {
            var started = TimeProvider.System.GetTimestamp();
            try
            {
                var session = await OpenAsync();
                await RunUntilClosedAsync(session);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                ReportDown(error);
            }
            if (TimeProvider.System.GetElapsedTime(started) > Stable) failures = 0;
            await Task.Delay(Backoff.After(failures), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<RabbitMqSession> OpenAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(SetUpWithin);
        var session = await RabbitMqSession.OpenAsync(bus.Url, name, channel, limit.Token);
        try
        {
            await setUp(session, limit.Token);
        }
        catch
        {
            session.ThrowAway("its set-up failed");
            throw;
        }
        return session;
    }

    private async Task RunUntilClosedAsync(RabbitMqSession session)
    {
        Problem = null;
        logger.ConnectionUp(name);
        lock (_gate)
        {
            Volatile.Write(ref _current, session);
            _next.TrySetResult(session);
            _next = NewSource();
        }
        var closed = new TaskCompletionSource();
        await using (session.Closed.Register(() => closed.TrySetResult()))
        await using (_stopping.Token.Register(() => closed.TrySetResult()))
            await closed.Task;
        if (_stopping.IsCancellationRequested)
        {
            await session.CloseAsync();
            return;
        }
        Problem = session.CloseReason;
        logger.ConnectionLost(name, session.CloseReason);
    }

    // Once per reason: a long outage must not fill the log.
    private void ReportDown(Exception error)
    {
        var root = error.GetBaseException();
        var reason = root is OperationCanceledException or TimeoutException ? "the broker does not answer" : root.Message;
        if (reason == Problem) return;
        Problem = reason;
        logger.ConnectionDown(name, reason);
    }

    private static TaskCompletionSource<RabbitMqSession> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
