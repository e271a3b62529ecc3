using System.Data.Common;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>
/// The seats of all departures: whoever changes one, a booking, the waiting list, an operator, a supplier's figures or an import, does it here, in a transaction of its own.
/// Each change announces its events in the same commit.
/// </summary>
public sealed class SeatInventory(EventFactory events, IWaitingLine waitingLine)
{
    /// <summary>The departures that start after a time, as committed now, by their start. To decide from; writing reads again, under a lock.</summary>
    public Task<IReadOnlyList<Departure>> ReadAsync(DbConnection connection, string tourId, DateTimeOffset after, CancellationToken cancellationToken) =>
        DepartureTable.ReadAsync(connection, tourId, after, cancellationToken);

    /// <summary>Keeps the departure as it is until the transaction ends; null where the tour has none at this time.</summary>
    public Task<Departure?> LockAsync(WriteTransaction transaction, string tourId, DateTimeOffset date) => DepartureTable.LockAsync(transaction, tourId, date);

    /// <summary>Adds a departure at version 1.</summary>
    /// <param name="reason">One of <see cref="AvailabilityReasons"/>, <see cref="TourAvailabilitySynced.ThirdPartySync"/>, or null.</param>
    /// <returns>False where it is there already: then nothing is changed.</returns>
    public async Task<bool> TryAddAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset startsAt, DepartureSeats seats, string? reason, DateTimeOffset now, string? supplierAvailabilityId = null)
    {
        var departure = new Departure(tourId, startsAt, seats, Version: 1);
        if (!await DepartureTable.TryAddAsync(transaction, departure, supplierAvailabilityId, now)) return false;
        Announce(transaction, departure, departure, reason); // no level was crossed: before, there was no departure
        return true;
    }

    /// <summary>Held seats become sold ones.</summary>
    public Task ConfirmAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int count) =>
        DepartureTable.ConfirmAsync(transaction, tourId, startsAt, count);

    /// <summary>Seats come back: to those who wait first, and what they leave to everybody. Does nothing where the departure is gone.</summary>
    public async Task GiveBackAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int count, SeatUse use, DateTimeOffset now)
    {
        if (await LockAsync(transaction, tourId, startsAt) is { } departure)
            await ChangeAsync(transaction, departure, departure.Seats.GiveBack(count, use), AvailabilityReasons.Cancellation, now);
    }

    /// <summary>The operator states capacity and whether the departure is closed; adds it where there is none.</summary>
    /// <param name="closed">Whether the operator closes it. One that the supplier has closed stays closed either way.</param>
    /// <returns>The seats that are sold here, where they are more than the capacity: then nothing is changed. Null when it is done.</returns>
    public async Task<int?> SetByOperatorAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int capacity, bool closed, DateTimeOffset now)
    {
        if (await TryAddAsync(transaction, tourId, startsAt, new DepartureSeats(capacity, ClosedByOperator: closed), AvailabilityReasons.Operator, now)) return null;
        var departure = (await LockAsync(transaction, tourId, startsAt))!;
        if (capacity < departure.Seats.SoldHere) return departure.Seats.SoldHere;
        await ChangeAsync(transaction, departure, departure.Seats.Resize(capacity) with { ClosedByOperator = closed }, AvailabilityReasons.Operator, now);
        return null;
    }

    /// <summary>
    /// Writes what a supplier said of some departures of one tour. One that has changed since <paramref name="figures"/> was decided is left alone: the supplier's answer may
    /// be older than a booking made meanwhile.
    /// </summary>
    /// <param name="figures">Each with the departure as it was read before the supplier was asked; its version is the fence.</param>
    /// <returns>How many were written.</returns>
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

    /// <summary>The supplier sells a tour no longer: what still could be booked is closed. Nothing is deleted, since people have booked it.</summary>
    /// <returns>How many departures the public sees closed by it.</returns>
    public async Task<int> CloseBySupplierAsync(WriteTransaction transaction, string tourId, DateTimeOffset now)
    {
        var closed = 0;
        foreach (var departure in await DepartureTable.LockAsync(transaction, tourId, now, DateTimeOffset.MaxValue))
        {
            await ChangeAsync(transaction, departure, departure.Seats with { ClosedBySupplier = true }, TourAvailabilitySynced.ThirdPartySync, now);
            if (!departure.Seats.Closed) closed++;
        }
        return closed;
    }

    /// <summary>Every change of a locked departure: seats that became free are offered to those who wait, the row is written once, the events go with it.</summary>
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
            after.TourId, after.StartsAt, before.Seats.Available, after.Seats.Available, after.Seats.Capacity, after.Seats.Closed, after.Version, reason)));
}
