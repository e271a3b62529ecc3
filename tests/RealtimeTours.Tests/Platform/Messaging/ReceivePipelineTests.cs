using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Tests.Platform.Messaging;

public sealed class ReceivePipelineTests : IDisposable
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static readonly RetrySchedule Schedule = new([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)]);
    private readonly MessagingMetrics _metrics = new();
    private readonly ScopeLogger _logger = new();

    [Fact]
    public async Task An_event_that_is_handled_is_acknowledged() =>
        (await RunAsync((_, _) => Task.CompletedTask)).ShouldBeOfType<ReceiveOutcome.Ack>();

    [Fact]
    public async Task Each_failure_waits_longer_and_the_last_is_a_dead_letter()
    {
        (await FailAsync(attempt: 1)).ShouldBeOfType<ReceiveOutcome.Retry>().ShouldSatisfyAllConditions(
            retry => retry.After.ShouldBe(TimeSpan.FromSeconds(1)), retry => retry.NextAttempt.ShouldBe(2));
        (await FailAsync(attempt: 2)).ShouldBeOfType<ReceiveOutcome.Retry>().After.ShouldBe(TimeSpan.FromSeconds(5));
        (await FailAsync(attempt: 3)).ShouldBeOfType<ReceiveOutcome.DeadLetter>().Reason
            .ShouldBe("Failed 3 times; the last error was TimeoutException: The database is away.");
    }

    [Fact]
    public async Task A_listener_drops_what_fails() =>
        (await RunAsync((_, _) => throw new TimeoutException("away"), schedule: null)).ShouldBeOfType<ReceiveOutcome.Drop>()
            .Reason.ShouldContain("away");

    [Fact]
    public async Task A_stop_in_the_middle_returns_the_event_as_it_was()
    {
        using var stopping = new CancellationTokenSource();
        var outcome = await RunAsync(async (_, token) =>
        {
            await stopping.CancelAsync();
            token.ThrowIfCancellationRequested();
        }, schedule: Schedule, stopping: stopping.Token);
        outcome.ShouldBeOfType<ReceiveOutcome.Return>();
    }

    [Fact]
    public async Task A_timeout_of_the_handler_itself_is_a_failure() =>
        (await RunAsync((_, _) => throw new TaskCanceledException("too slow"))).ShouldBeOfType<ReceiveOutcome.Retry>();

    [Fact]
    public async Task The_handler_runs_in_the_publishers_trace_and_correlation_and_the_log_says_so()
    {
        string? correlation = null, trace = null;
        await RunAsync((_, _) =>
        {
            (correlation, trace) = (CorrelationContext.Id, Activity.Current?.TraceId.ToString());
            return Task.CompletedTask;
        });
        (correlation, trace).ShouldBe(("req_1", "0af7651916cd43dd8448eb211c80319c"));
        _logger.Scope!["CorrelationId"].ShouldBe("req_1");
        _logger.Scope["Event"].ShouldBe("evt_1");
        Activity.Current.ShouldBeNull();
    }

    [Fact]
    public async Task A_broken_trace_header_breaks_nothing() =>
        (await RunAsync((_, _) => Task.CompletedTask, trace: "garbage")).ShouldBeOfType<ReceiveOutcome.Ack>();

    [Theory]
    [InlineData("\u00ef\u00bb\u00bf", true)]
    [InlineData("\u00ff", false)]
    public async Task A_byte_order_mark_is_skipped_and_bytes_that_are_not_utf8_are_refused(string prefix, bool accepted)
    {
        var body = Encoding.Latin1.GetBytes(prefix).Concat(Encoding.UTF8.GetBytes(Body())).ToArray();
        var outcome = await RunAsync((_, _) => Task.CompletedTask, body: body);
        if (accepted) outcome.ShouldBeOfType<ReceiveOutcome.Ack>();
        else outcome.ShouldBeOfType<ReceiveOutcome.DeadLetter>().Reason.ShouldBe("The message is not valid UTF-8.");
    }

    [Theory]
    [InlineData("\"1\"", true)]
    [InlineData("\"1.0\"", true)]
    [InlineData("\"1.99\"", true)]
    [InlineData("null", true)]
    [InlineData("\"2.0\"", false)]
    [InlineData("\"0.9\"", false)]
    [InlineData("\"\"", false)]
    [InlineData("\"1.x\"", false)]
    [InlineData("\"99999999999.0\"", false)]
    public async Task Only_major_version_1_is_known(string version, bool accepted)
    {
        var outcome = await RunAsync((_, _) => Task.CompletedTask, body: Encoding.UTF8.GetBytes(Body($",\"eventVersion\":{version}")));
        if (accepted) outcome.ShouldBeOfType<ReceiveOutcome.Ack>();
        else outcome.ShouldBeOfType<ReceiveOutcome.DeadLetter>().Reason.ShouldStartWith("eventVersion is '");
    }

    [Theory]
    [InlineData(",\"correlationId\":\"\"", null)]
    [InlineData(",\"correlationId\":7", "correlationId is a number; it must be a string.")]
    [InlineData(",\"source\":{}", "source is an object; it must be a string.")]
    [InlineData(",\"eventId\":\"again\"", "The message is not valid JSON: Duplicate property")]
    [InlineData(",\"causationId\":\"\\ud800\"", "The message has a text that is not valid Unicode")]
    public async Task Optional_fields_are_checked_too(string more, string? reason)
    {
        var outcome = await RunAsync((_, _) => Task.CompletedTask, body: Encoding.UTF8.GetBytes(Body(more)));
        if (reason is null) outcome.ShouldBeOfType<ReceiveOutcome.Ack>();
        else outcome.ShouldBeOfType<ReceiveOutcome.DeadLetter>().Reason.ShouldStartWith(reason);
    }

    public void Dispose() => _metrics.Dispose();

    private Task<ReceiveOutcome> FailAsync(int attempt) => RunAsync((_, _) => throw new TimeoutException("The database is away."), attempt: attempt);

    private Task<ReceiveOutcome> RunAsync(
        Func<EventEnvelope, CancellationToken, Task> handle, int attempt = 1, byte[]? body = null, string trace = Trace) =>
        RunAsync(handle, Schedule, CancellationToken.None, attempt, body, trace);

    private Task<ReceiveOutcome> RunAsync(
        Func<EventEnvelope, CancellationToken, Task> handle, RetrySchedule? schedule, CancellationToken stopping = default,
        int attempt = 1, byte[]? body = null, string trace = Trace) =>
        new ReceivePipeline("test", handle, schedule, TimeProvider.System, _metrics, _logger)
            .RunAsync(
                new ReceivedMessage(body ?? Encoding.UTF8.GetBytes(Body(",\"correlationId\":\"req_1\"")), "tour.created", trace, attempt), stopping);

    private static string Body(string more = "") =>
        $$$"""{"eventType":"tour.created","eventId":"evt_1","timestamp":"2026-02-10T10:30:00Z","data":{}{{{more}}}}""";

    private sealed class ScopeLogger : ILogger
    {
        public Dictionary<string, object>? Scope { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Scope = state as Dictionary<string, object>;
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
