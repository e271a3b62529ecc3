using System.Text.Json;
using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Operators, the supplier and the waiting list: who else moves the seats, and what everybody sees of them.</summary>
internal sealed partial class BookingMachine
{
    private string WaitingList => $"/api/tours/{_tour}/waiting-list";

    /// <summary>An operator saves the tour with the departure as stated.</summary>
    /// <returns>The seats sold where they are more than the capacity, after the code.</returns>
    public async Task<string> PutAsync(int capacity, bool closed)
    {
        var answer = await SaveAsync(HttpMethod.Put, $"/api/tours/{_tour}", capacity, closed);
        return answer.Status == 200 ? Done : answer.Body.TryGetProperty("sold", out var sold) ? $"{answer.Code} {sold}" : answer.Code!;
    }

    private Task<Answer> SaveAsync(HttpMethod method, string path, int capacity, bool closed) =>
        Client("olga", "operator").SendAsync(method, path, new SaveTourRequest(
            "n", "d", "c", 1, 10, "EUR", _tour, "Europe/Lisbon", Departures: [new SaveDepartureRequest(Start, capacity, closed)]));

    /// <summary>The supplier is asked over HTTP, and its answer written.</summary>
    /// <param name="meanwhile">What happens before it answers.</param>
    public async Task SyncAsync(SupplierRow row, Func<Task>? meanwhile = null)
    {
        // Another departure, which we do not have: an answer without any row that can be read would be refused as a whole.
        _supplier.Always = [HandwrittenSupplier.Row($"{Start.AddHours(1):O}", "AVAILABLE", 9)];
        _supplier.Rows[_tour] = row.IsThere ? [row.ToJson($"{Start:O}")] : [];
        _supplier.WhileAsked = meanwhile ?? (() => Task.CompletedTask);
        await using var lease = await Get<SupplierLease>().TryTakeAsync(HandwrittenSupplier.Id, default);
        (await Get<SyncTour>().RunAsync(_tour, lease.ShouldNotBeNull(), default)).Failure.ShouldBeNull();
    }

    /// <returns>And when the party took its place in line; null where it did not.</returns>
    public async Task<(string Answer, DateTimeOffset? JoinedAt)> JoinAsync(string user, int participants)
    {
        var answer = await Client(user).SendAsync(HttpMethod.Post, WaitingList, new { date = Start, participants });
        return answer.Status == 201 ? (Done, answer.Data.Deserialize<WaitingListEntry>(WireJson.Options)!.CreatedAt) : (answer.Code!, null);
    }

    public async Task LeaveAsync(string user)
    {
        using var answer = await Client(user).DeleteAsync($"{WaitingList}?date={Uri.EscapeDataString($"{Start:O}")}");
        ((int)answer.StatusCode).ShouldBe(204);
    }

    /// <summary>A party has not taken the seats offered to it in time.</summary>
    public async Task EndOfferAsync(string user)
    {
        var key = new { _tour, user = $"{user}-{_stories}", past = DateTimeOffset.UtcNow.AddMinutes(-1) };
        if (_bug == PlantedBug.LosesExpiredOffers) await ExecuteAsync(
            "DELETE FROM waiting_list WHERE tour_id = @_tour AND user_id = @user AND offer_expires_at IS NOT NULL", key);
        await ExecuteAsync(
            "UPDATE waiting_list SET offer_expires_at = @past WHERE tour_id = @_tour AND user_id = @user AND offer_expires_at IS NOT NULL", key);
        await New<OfferExpiry>().OnceAsync(default);
    }

    /// <summary>All that REST says about this story, in the words of <see cref="BookingModel.Shown()"/>.</summary>
    public async Task<string> ShownAsync(IReadOnlyList<string> people)
    {
        var tour = (await Client("visitor").GetAnswerAsync($"/api/tours/{_tour}")).Data.Deserialize<TourAnswer>(WireJson.Options)!.Tour;
        people = [.. people.Where(_clients.ContainsKey)]; // the others have done nothing
        var said = await Task.WhenAll(people.Select(OwnAsync));
        var bookings = said.SelectMany(own => own.Bookings).ToDictionary(booking => booking.Id);
        bookings.Count.ShouldBe(_bookings.Count, "bookings");
        return BookingModel.Shown(
            tour.Departures.Single(), _bookings.Select(booking => Shown(booking.User, bookings[booking.Id])),
            people.Zip(said).SelectMany(one => one.Second.Entries.Select(
                entry => (one.First, entry.Participants, entry.PassedOver, entry.OfferedSeats, entry.OfferExpiresAt is not null))));
    }

    private static (string, int, string, decimal) Shown(string user, BookingView booking) =>
        (user, booking.Participants, booking.Status, booking.TotalPrice);

    private async Task<(IReadOnlyList<BookingView> Bookings, IReadOnlyList<WaitingListEntry> Entries)> OwnAsync(string user)
    {
        var bookings = await Client(user).GetAnswerAsync("/api/bookings?limit=200");
        var entries = await Client(user).GetAnswerAsync(WaitingList);
        return (bookings.Data.Deserialize<BookingPage>(WireJson.Options)!.Bookings,
            entries.Data.Deserialize<OwnWaitingListEntries>(WireJson.Options)!.Entries);
    }
}

/// <summary>A row of a supplier's answer about the departure, as suppliers write them.</summary>
/// <param name="Status">OCTO's; null: there is no row.</param>
/// <param name="Vacancies">As JSON; null: not stated.</param>
internal sealed record SupplierRow(string? Status, string? Vacancies = null, int? Capacity = null)
{
    public bool IsThere => Status is not null;

    public bool IsReadable => Vacancies is null || int.TryParse(Vacancies, out _);

    public string ToJson(string start) => $$"""
        {"id":"{{start}}","localDateTimeStart":"{{start}}","status":"{{Status}}",
         "vacancies":{{Vacancies ?? "null"}},"capacity":{{Capacity?.ToString() ?? "null"}}}
        """;

    public override string ToString() => IsThere ? $"{Status} {Vacancies ?? "?"} of {Capacity?.ToString() ?? "?"}" : "no row";
}
