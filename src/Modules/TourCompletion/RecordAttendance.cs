using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary>Completes bookings and announces it in the same commit: each booking once, whoever asks how often.</summary>
internal sealed class RecordAttendance(BookingCompletion bookings, EventFactory events)
{
    /// <returns>The ids of the bookings that this call completed; the others had been spoken of before.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(WriteTransaction transaction, IReadOnlyCollection<string> bookingIds, AttendanceWord word)
    {
        var completed = await bookings.CompleteAsync(transaction, bookingIds, word);
        transaction.Announce(completed.Select(booking => events.Create(EventTypes.TourCompleted, ToEvent(booking, word))));
        return [.. completed.Select(booking => booking.Id)];
    }

    private static TourCompleted ToEvent(CompletedBooking booking, AttendanceWord word) => new(
        booking.TourId, booking.TourName, booking.Id, booking.UserId, booking.StartsAt, word.SpokenAt, booking.Participants, booking.TotalPrice,
        booking.Currency, booking.TourCategory, booking.DurationHours, word.Attendance, word.VerifiedBy, booking.Rating);
}
