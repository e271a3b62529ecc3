using System.Data.Common;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>The one writer of all seats, in the caller's transaction. Each change announces its events in the same commit.</summary>
public sealed class SeatInventory(EventFactory events, IWaitingLine waitingLine)
{
    /// <summary>A transaction that changes more departures would hold up their bookings for too long: write them in several.</summary>
    public const int MaxPerTransaction = 100;

    /// <summary>Departures that start after a time, by start, as committed now. Only to decide from: a write reads again under a lock.</summary>
    public Task<IReadOnlyList<Departure>> ReadAsync(
        DbConnection connection, string tourId, DateTimeOffset after, CancellationToken cancellationToken) =>
        DepartureTable.ReadAsync(connection, tourId, after, cancellationToken);

    /// <summary>Locks the departure's row until the transaction ends; null where the tour has none at this time.</summary>
    public Task<Departure?> LockAsync(WriteTransaction transaction, string tourId, DateTimeOffset date) =>
        DepartureTable.LockAsync(transaction, tourId, date);

    /// <param name="reason">One of <see cref="AvailabilityReasons"/>, <see cref="TourAvailabilitySynced.ThirdPartySync"/>, or null.</param>
    /// <returns>False where the departure exists already: then nothing is changed.</returns>
    public async Task<bool> TryAddAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset startsAt, DepartureSeats seats, string? reason, DateTimeOffset now,
        string? supplierAvailabilityId = null)
    {
        var departure = new Departure(tourId, startsAt, seats, Version: 1);
        if (!await DepartureTable.TryAddAsync(transaction, departure, supplierAvailabilityId, now)) return false;
        Announce(transaction, departure, departure, reason); // a new departure has crossed no level
        return true;
    }

    /// <summary>Held seats become confirmed ones.</summary>
    public Task ConfirmAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int count) =>
        DepartureTable.ConfirmAsync(transaction, tourId, startsAt, count);

    /// <summary>Seats come back: first to the waiting list, the rest to everybody. Does nothing where the departure no longer exists.</summary>
    public async Task GiveBackAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int count, SeatUse use, DateTimeOffset now)
    {
        if (await LockAsync(transaction, tourId, startsAt) is { } departure)
            await ChangeAsync(transaction, departure, departure.Seats.GiveBack(count, use), AvailabilityReasons.Cancellation, now);
    }

    /// <summary>The operator sets capacity and closing; adds the departure where there is none.</summary>
    /// <param name="closed">A departure that the supplier has closed stays closed either way.</param>
    /// <returns>Null when done. The seats sold here where they exceed the capacity: then nothing is changed.</returns>
    public async Task<int?> SetByOperatorAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int capacity, bool closed, DateTimeOffset now)
    {
        if (await TryAddAsync(
            transaction, tourId, startsAt, new DepartureSeats(capacity, ClosedByOperator: closed), AvailabilityReasons.Operator, now)) return null;
        var departure = (await LockAsync(transaction, tourId, startsAt))!;
        if (capacity < departure.Seats.SoldHere) return departure.Seats.SoldHere;
        await ChangeAsync(
            transaction, departure, departure.Seats.Resize(capacity) with { ClosedByOperator = closed }, AvailabilityReasons.Operator, now);
        return null;
    }

    /// <summary>Writes a supplier's figures. A departure that changed since it was read is skipped: the answer may be older than a booking.</summary>
    /// <param name="figures">
    /// At most <see cref="MaxPerTransaction"/> of a tour's, each with the departure as read before the call: its version is compared at the write
    /// (optimistic concurrency).
    /// </param>
    /// <returns>How many departures were written.</returns>
    public async Task<int> ApplyAsync(
        WriteTransaction transaction, string tourId, IReadOnlyList<(Departure Asked, SupplierFigure Figure)> figures, DateTimeOffset now)
    {
        if (figures.Count == 0) return 0;
        var changes = figures.ToDictionary(figure => figure.Asked.StartsAt);
        var written = 0;
        foreach (var departure in await DepartureTable.LockAsync(transaction, tourId, changes.Keys.Min(), changes.Keys.Max()))
        {
            if (!changes.TryGetValue(departure.StartsAt, out var change) || change.Asked.Version != departure.Version) continue;
            await ChangeAsync(transaction, departure, departure.Seats.Apply(change.Figure), TourAvailabilitySynced.ThirdPartySync, now);
            written++;
        }
        return written;
    }

    /// <summary>The supplier no longer sells these departures: closes them. Deletes nothing, since people have booked them.</summary>
    /// <param name="departures">At most <see cref="MaxPerTransaction"/> of a tour's, by start.</param>
    /// <returns>How many of them were open.</returns>
    public async Task<int> CloseBySupplierAsync(
        WriteTransaction transaction, string tourId, IReadOnlyList<Departure> departures, DateTimeOffset now)
    {
        var closed = 0;
        foreach (var departure in await DepartureTable.LockAsync(transaction, tourId, departures[0].StartsAt, departures[^1].StartsAt))
        {
            await ChangeAsync(transaction, departure, departure.Seats with { ClosedBySupplier = true }, TourAvailabilitySynced.ThirdPartySync, now);
            if (!departure.Seats.Closed) closed++;
        }
        return closed;
    }

    /// <summary>Every change of a locked row: offers freed seats to the waiting list, writes the row once, announces the events.</summary>
    internal async Task ChangeAsync(WriteTransaction transaction, Departure before, DepartureSeats seats, string reason, DateTimeOffset now)
    {
        if (seats == before.Seats) return;
        var (version, offered) = (before.Version + 1, 0);
        var isFreer = !seats.Closed && (seats.Available > before.Seats.Available || before.Seats.Closed);
        if (isFreer && seats.Available > 0 && before.StartsAt > now)
            offered = await waitingLine.OfferAsync(transaction, before.TourId, before.StartsAt, seats.Available, version);
        var after = before with { Seats = seats.Take(offered, SeatUse.Held), Version = version };
        var isSeen = offered > 0 || Shown(after.Seats) != Shown(before.Seats);
        await DepartureTable.WriteAsync(transaction, isSeen ? after : after with { Version = before.Version }, now);
        if (isSeen) Announce(transaction, before, after, reason);
    }

    private static (int, int, bool) Shown(DepartureSeats seats) => (seats.Available, seats.Capacity, seats.Closed);

    private void Announce(WriteTransaction transaction, Departure before, Departure after, string? reason) =>
        transaction.Announce(DepartureChange.Events(events, new DepartureChange(
            after.TourId, after.StartsAt, before.Seats.Available, after.Seats.Available, after.Seats.Capacity, after.Seats.Closed, after.Version,
            reason)));
}
