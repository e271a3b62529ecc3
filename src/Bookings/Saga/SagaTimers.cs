using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.Saga;

/// <summary>Wakes sagas whose answer is overdue after a crash, a lost event or a missing payment: the command is sent again, with backoff.</summary>
internal sealed partial class SagaTimers(BookingSagas sagas, SagaMetrics metrics, DueWorkParts parts, ILogger<SagaTimers> logger)
    : DueSweep(parts, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly DueTable<SagaRow> Sagas = new("booking_sagas", "booking_id", SagaRow.Columns, SagaDecision.Backoff);

    protected override IReadOnlyList<DueWork> Works() => [InTable("booking-sagas", Sagas, WakeAsync)];

    private async Task WakeAsync(WriteTransaction transaction, SagaRow row)
    {
        CorrelationContext.Begin(row.CorrelationId);
        var state = await sagas.ApplyAsync(transaction, row, new SagaEvent.TimerFired());
        // The attempts pass this value once per step, whichever process counts: one warning is logged.
        if (state.Attempt != SagaDecision.UnusualAttempts) return;
        metrics.Stuck(state.Step);
        LogStuck(logger, row.BookingId, state.Step, state.Attempt);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The saga of booking {BookingId} has waited unusually long in step {Step} and asked {Attempts} times again; it goes on asking")]
    private static partial void LogStuck(ILogger logger, string bookingId, SagaStep step, int attempts);
}
