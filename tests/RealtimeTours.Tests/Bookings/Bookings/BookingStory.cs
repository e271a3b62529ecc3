namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>A story told step by step to the machine and to the model, which must agree after each. Any number is a step.</summary>
internal sealed class BookingStory(BookingMachine machine, BookingModel model)
{
    public const int Steps = 100_000;

    private const int Kinds = 29;

    private static readonly string?[] Cards = [BookingModel.Pays, BookingModel.AnswerLost, BookingModel.Declines, BookingModel.Silent, null];
    private static readonly string[] People = ["ada", "bob", "cleo", "dora", "emil"];
    private readonly List<string> _told = [];

    // Sold out elsewhere, while a family waits and smaller parties behind it.
    private static readonly int[] SoldOut =
        [Step(18, 184), .. new[] { 5, 1, 2, 1, 1 }.Select((party, person) => Step(21, person + People.Length * (party - 1)))];

    // Bob has paid for two seats; Ada holds as many bookings as may wait for a payment.
    private static readonly int[] Booked = [Step(2, 1 + People.Length), Step(8, 0), Step(2, People.Length * 9), Step(2, People.Length * 9)];

    // Bob has paid what his voucher left of two seats, Ada's voucher paid for three.
    private static readonly int[] BookedWithVouchers =
        [Step(27, 1 + People.Length), Step(28, People.Length), Step(8, 0), Step(27, 0), Step(28, 2 * People.Length)];

    /// <summary>How stories begin: free, booked, booked with vouchers, sold out, or after the family was passed over as often as may be.</summary>
    public static readonly int[][] Beginnings =
        [[], Booked, BookedWithVouchers, SoldOut, [.. SoldOut, Step(13, 0), Step(13, 0), Step(13, 0)]];

    /// <summary>What happened so far.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>How many seats each party was offered, and had asked for.</summary>
    public IReadOnlyList<(string User, int Seats, int Asked)> Offers => model.Offers;

    /// <returns>What is wrong after it; null where nothing is.</returns>
    public async Task<string?> TakeAsync(int step)
    {
        await TakeAsync(step % Kinds, step / Kinds);
        return await DifferenceAsync() is { } difference ? $"after {_told.LastOrDefault()}: {difference}" : null;
    }

    /// <summary>Payments that never come have their end, and everything else arrives.</summary>
    public async Task<string?> EndAsync()
    {
        for (var n = 0; n < model.Bookings.Count; n++)
            if (model.Bookings[n].Card == BookingModel.Silent) await ExpireAsync(n);
        await SettleAsync();
        return await DifferenceAsync() ?? (await BookingInvariants.BrokenAsync(machine.Database)).FirstOrDefault()
            ?? StoryRecount.WhatIsWrong(machine.Tour, machine.Published, model);
    }

    private static int Step(int what, int dice) => what + Kinds * dice;

    private async Task TakeAsync(int what, int dice)
    {
        var person = People[dice % People.Length];
        var more = dice / People.Length;
        var which = model.Bookings.Count == 0 ? -1 : dice % model.Bookings.Count;
        switch (what)
        {
            case 0 or 1 or 2 or 3: // two of them book more than the others
                await BookAsync(what < 2 ? People[dice % 2] : person, 1 + more % 3, Cards[more / 3 % Cards.Length]);
                break;
            case 4 when which >= 0:
                await ExpireAsync(which);
                break;
            case 5 or 6 when which >= 0:
                await AskAsync($"cancel booking {which}", () => machine.CancelAsync(which), () => model.Cancel(which));
                break;
            case 7 when which >= 0 && model.Bookings[which].Card == BookingModel.Silent:
                _told.Add($"late answer for booking {which}");
                if (await machine.AnswerLateAsync(which)) model.AnswerLate(which);
                break;
            case 8:
                await SettleAsync();
                break;
            case 9 or 10:
                _told.Add($"deliver {1 + dice % 4}");
                await machine.DeliverAsync(1 + dice % 4, ObserveAsync);
                break;
            case 11:
                _told.Add("duplicates");
                await machine.RepeatLastRequestAsync();
                await machine.DeliverAgainAsync();
                break;
            case 12:
                _told.Add("crash");
                await machine.CrashAsync();
                break;
            case 13 or 14 or 15 or 16: // most often a seat more than there are
                await PutAsync(
                    Math.Max(0, dice % 5 < 3 ? model.Capacity + 1 : model.SoldHere - 1 + dice / 5 % 6), model.ClosedByOperator && more % 3 == 0);
                break;
            case 17:
                await PutAsync(Math.Max(model.Capacity, model.SoldHere), !model.ClosedByOperator);
                break;
            case 18 or 19:
                await SyncAsync(Row(dice), null);
                break;
            case 20:
                await SyncAsync(Row(dice), () => BookAsync(person, 1 + more % 3, card: null));
                break;
            case 21 or 22 or 23:
                await JoinAsync(person, 1 + more % 5);
                break;
            case 24:
                _told.Add($"{person} leaves the waiting list");
                await machine.LeaveAsync(person);
                model.Leave(person);
                break;
            case 25 or 26:
                if (People.Where(one => model.Find(one) is { Offered: > 0 }).ToArray() is not { Length: > 0 } offered) break;
                var late = offered[dice % offered.Length];
                _told.Add($"the offer to {late} expires");
                await machine.EndOfferAsync(late);
                model.EndOffer(late);
                break;
            case 27: // more than the dearest booking costs, or less than the cheapest
                await GiveVoucherAsync(person, more % 3 == 0 ? 100 : 5);
                break;
            case 28 when model.Vouchers.Count > 0: // most often one's own
                var voucher = dice / 7 % model.Vouchers.Count;
                await BookAsync(more % 4 == 0 ? person : model.Vouchers[voucher].User, 1 + more % 3, Cards[more / 3 % Cards.Length], voucher);
                break;
        }
    }

    private Task BookAsync(string person, int seats, string? card, int? voucher = null) => AskAsync(
        $"{person} books {seats} with {card ?? "cash"}{(voucher is null ? "" : $" and voucher {voucher}")}",
        () => machine.BookAsync(person, seats, card, voucher), () => model.Book(person, seats, card, voucher));

    private async Task GiveVoucherAsync(string person, decimal amount)
    {
        _told.Add($"{person} gets voucher {model.Vouchers.Count} of {amount}");
        await machine.GiveVoucherAsync(person, model.Vouchers.Count, amount);
        model.Vouchers.Add((person, amount));
    }

    private Task JoinAsync(string person, int party)
    {
        DateTimeOffset? joinedAt = null;
        return AskAsync($"{person} waits for {party}", async () =>
        {
            (var answer, joinedAt) = await machine.JoinAsync(person, party);
            return answer;
        }, () => model.Join(person, party, joinedAt));
    }

    private async Task ExpireAsync(int n)
    {
        _told.Add($"the hold of booking {n} expires");
        await machine.ExpireAsync(n);
        model.Expire(n);
    }

    private Task PutAsync(int capacity, bool closed) => AskAsync(
        $"put {capacity}{(closed ? " closed" : "")}", () => machine.PutAsync(capacity, closed), () => model.Put(capacity, closed));

    private async Task SyncAsync(SupplierRow row, Func<Task>? meanwhile)
    {
        _told.Add($"the supplier says {row}{(meanwhile is null ? "" : " while")}");
        var (isChange, asked) = (model.IsChangedBy(row), model.Version);
        await machine.SyncAsync(row, meanwhile);
        // The answer is older than a booking that moved the version: the next sync brings the figure.
        if (isChange && model.Version == asked) model.Sync(row);
    }

    private async Task SettleAsync()
    {
        _told.Add("settle");
        await machine.SettleAsync(ObserveAsync);
        model.Settle();
    }

    private async Task ObserveAsync() => model.Observe(await machine.StatusesAsync());

    private static SupplierRow Row(int dice)
    {
        var (vacancies, capacity) = ($"{dice / 10 % 9}", 4 + dice / 90 % 5);
        return (dice % 10) switch
        {
            0 or 1 => new SupplierRow("AVAILABLE", vacancies, capacity),
            2 => new SupplierRow("LIMITED", "-2", capacity),
            3 => new SupplierRow("AVAILABLE", vacancies),
            4 or 5 => new SupplierRow("SOLD_OUT", "0", capacity),
            6 => new SupplierRow("FREESALE"),
            7 => new SupplierRow("CLOSED"),
            8 => new SupplierRow(null),
            _ => new SupplierRow("AVAILABLE", "\"many\"", capacity),
        };
    }

    // Told before it is done: the last words of a story that went wrong are the step that did.
    private async Task AskAsync(string what, Func<Task<string>> real, Func<string> model)
    {
        _told.Add(what);
        var (answer, expected) = (await real(), model());
        if (expected != BookingMachine.Done) _told[^1] = $"{what} ({expected})";
        if (answer != expected) throw new ShouldAssertException($"{what}: the answer is {answer}, the model's {expected}");
    }

    private async Task<string?> DifferenceAsync()
    {
        var (real, expected) = (await machine.ShownAsync(People), model.Shown());
        return real == expected ? (await BookingInvariants.BrokenNowAsync(machine.Database)).FirstOrDefault()
            : $"REST says\n  {real}\nthe model\n  {expected}";
    }
}
