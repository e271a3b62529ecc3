using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Fails bookings whose hold has expired without a payment. Every process may run it: each end is a compare-and-set by status.</summary>
internal sealed class HoldExpiry(Database database, PendingBookings bookings, DueWorkParts parts) : DueSweep(parts, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override IReadOnlyList<DueWork> Works() =>
    [
        new DueWork<string>(
            "booking-holds", new DueRows("id", "bookings", $"hold_expires_at <= {DueRows.Now(database.Dialect)}", Since: "hold_expires_at"),
            InTransaction<string>(bookings.ExpireAsync)),
    ];
}
