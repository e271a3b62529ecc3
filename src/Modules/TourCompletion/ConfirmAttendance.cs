using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary><c>POST /api/tours/{id}/complete</c>: a guide says which parties came and which did not. The first word about a booking stands.</summary>
internal sealed class ConfirmAttendance(
    Database database, BookingCompletion bookings, DepartureParties departures, RecordAttendance record, CompletionMetrics metrics, TimeProvider time)
{
    private const int MaxBookings = 500;
    private const int MaxNotes = 2_000;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/tours/{id}/complete", async (
            string id, HttpContext context, ConfirmAttendance confirm, CancellationToken cancellationToken) =>
        {
            if ((await RequestBody.ReadAsync<CompleteTourRequest>(context.Request, cancellationToken))
                .IsRefused(out var badBody, out var body)) return badBody;
            if (WhatIsWrong(body) is { } sentence) return RequestBody.Invalid(sentence);
            return await confirm.RunAsync(id, context.User.UserId(), body, cancellationToken);
        })
        .RequireSignedIn(Roles.Guide, Roles.Operator)
        .WithName("CompleteTour").WithTags("Guides")
        .Accepts<CompleteTourRequest>("application/json").Produces<SuccessEnvelope<CompletedTour>>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <returns>One sentence for the caller; null when the body is valid.</returns>
    internal static string? WhatIsWrong(CompleteTourRequest body)
    {
        var noShows = body.NoShows ?? [];
        return (body.BookingIds.Count + noShows.Count) switch
        {
            0 => "bookingIds and noShows must name at least one booking.",
            > MaxBookings => $"bookingIds and noShows may name at most {MaxBookings} bookings together.",
            _ when !body.BookingIds.Concat(noShows).All(RequestText.IsId) =>
                $"each of bookingIds and noShows must have 1 to {EventEnvelope.MaxIdLength} characters.",
            _ when body.BookingIds.Intersect(noShows, StringComparer.Ordinal).Any() => "A booking cannot be in both bookingIds and noShows.",
            _ when body.Notes is { } notes && !RequestText.IsText(notes, MaxNotes) => $"notes must have 1 to {MaxNotes} characters.",
            _ => null,
        };
    }

    /// <summary>Pure.</summary>
    /// <returns>Why the booking is left as it is, one of <see cref="SkipReasons"/>; null where it can be completed.</returns>
    internal static string? WhySkipped(BookingState? booking, string tourId, DateTimeOffset now) => booking switch
    {
        null => SkipReasons.Unknown,
        _ when booking.TourId != tourId => SkipReasons.Unknown,
        { Status: BookingStatus.Pending } => SkipReasons.Pending,
        { Status: BookingStatus.Cancelled } => SkipReasons.Cancelled,
        { Status: BookingStatus.Failed } => SkipReasons.Failed,
        { Status: BookingStatus.Completed } => SkipReasons.AlreadyCompleted,
        { Status: BookingStatus.NoShow } => SkipReasons.AlreadyNoShow,
        _ when booking.StartsAt > now => SkipReasons.NotBegun,
        _ => null,
    };

    private async Task<IResult> RunAsync(string tourId, string guide, CompleteTourRequest body, CancellationToken cancellationToken)
    {
        if (!RequestText.IsId(tourId) || !await departures.HasTourAsync(tourId, cancellationToken)) return ReadManifest.NoSuchTour;
        var now = Microseconds.Of(time.GetUtcNow());
        var came = new AttendanceWord(Attendance.Confirmed, Attendance.ByGuide, SpokenAt: now, BegunBy: now);
        var missed = came with { Attendance = Attendance.NoShow };
        var done = await database.InTransactionAsync(async transaction =>
        {
            string[] ids = [.. body.BookingIds.Concat(body.NoShows ?? []).Distinct(StringComparer.Ordinal)];
            var states = (await bookings.LockAsync(transaction, ids)).ToDictionary(state => state.Id, StringComparer.Ordinal);
            var skipped = ids.Select(id => (Id: id, Why: WhySkipped(states.GetValueOrDefault(id), tourId, now))).Where(one => one.Why is not null)
                .ToDictionary(one => one.Id, one => one.Why!, StringComparer.Ordinal);
            var result = new CompletedTour(
                await record.RunAsync(transaction, [.. body.BookingIds.Where(id => !skipped.ContainsKey(id))], came),
                await record.RunAsync(transaction, [.. (body.NoShows ?? []).Where(id => !skipped.ContainsKey(id))], missed),
                [.. skipped.Select(one => new SkippedBooking(one.Key, one.Value))]);
            await ReportAsync(transaction, tourId, guide, body.Notes, result, now);
            return result;
        }, cancellationToken);
        metrics.Completed(done.Completed.Count, came);
        metrics.Completed(done.NoShows.Count, missed);
        return TypedResults.Ok(new SuccessEnvelope<CompletedTour>(done));
    }

    // A repeated call decides nothing and says nothing new: it leaves no second report.
    private static Task ReportAsync(
        WriteTransaction transaction, string tourId, string guide, string? notes, CompletedTour result, DateTimeOffset now) =>
        transaction.ExecuteAsync("""
            INSERT INTO completion_reports (tour_id, reported_by, reported_at, completed, no_shows, notes)
            SELECT @tourId, @guide, @now, @completed, @noShows, @notes
            WHERE @completed + @noShows > 0 OR @notes IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM completion_reports WHERE tour_id = @tourId AND reported_by = @guide AND notes = @notes)
            """, new { tourId, guide, now, notes, completed = result.Completed.Count, noShows = result.NoShows.Count });
}
