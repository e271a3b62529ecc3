using Microsoft.Extensions.Configuration;
using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage.Jobs;
using RealtimeTours.Platform.Storage.Outbox;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary>The job: completes each confirmed booking that nobody spoke of, once its <see cref="CompletionTime"/> has passed.</summary>
internal sealed class CompleteTours(
    BookingCompletion bookings, RecordAttendance record, OutboxBackpressure outbox, CompletionMetrics metrics, TimeProvider time) : IFencedJob
{
    public const string Name = "tour-completion";

    // One transaction: SQLite has one writer, and bookings take their turn between two batches.
    private const int Batch = 40;

    // Seat counts share the outbox with the two events of each booking: the fewer before them, the sooner they are seen, and the longer a run takes.
    private const int MaxBacklog = 40;

    private const string EveryHour = "0 0 * * * ?";

    public static string ReadCron(IConfiguration configuration) =>
        configuration.Cron("COMPLETION_CRON", "Completion:Cron", EveryHour).CronExpressionString;

    public async Task RunAsync(FencedRun run, CancellationToken cancellationToken)
    {
        var (started, now) = (time.GetTimestamp(), Microseconds.Of(time.GetUtcNow()));
        var word = new AttendanceWord(Attendance.Confirmed, Attendance.Automatic, SpokenAt: now, BegunBy: now);
        BegunBooking? last = null;
        while (await bookings.ReadBegunAsync(now, last, Batch, cancellationToken) is { Count: > 0 } page)
        {
            string[] due = [.. page.Where(booking => IsDue(booking, now)).Select(booking => booking.Id)];
            if (due.Length > 0) await CompleteAsync(run, due, word, cancellationToken);
            last = page[^1];
        }
        metrics.RunEnded(time.GetElapsedTime(started));
    }

    private async Task CompleteAsync(FencedRun run, string[] due, AttendanceWord word, CancellationToken cancellationToken)
    {
        await outbox.WaitAsync(MaxBacklog, cancellationToken);
        var completed = await run.InTransactionAsync(transaction => record.RunAsync(transaction, due, word), cancellationToken);
        metrics.Completed(completed.Count, word);
    }

    private static bool IsDue(BegunBooking booking, DateTimeOffset now) =>
        CompletionTime.Of(booking.StartsAt, booking.DurationHours, booking.Zone) <= now;
}
