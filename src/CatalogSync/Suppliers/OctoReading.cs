using System.Text.Json;
using RealtimeTours.Bookings.Tours;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Reads OCTO's availabilities: tolerates extra fields, missing offsets and oversold departures, but no doubtful seat count.</summary>
/// <remarks>A row that cannot be read costs the others nothing; an answer without any row that can be read is refused.</remarks>
internal static class OctoReading
{
    public static OctoAvailabilities Availabilities(JsonElement json, AvailabilityQuery query)
    {
        var rows = new List<(OctoAvailability Row, OctoTime Time)>();
        var unreadable = new List<UnreadableRow>();
        foreach (var element in OctoFields.Array(json))
        {
            DateTimeOffset? start = null;
            try
            {
                var (opens, end, ticketTo, time) = Times(element, query);
                if (time is { IsSkipped: false, Earlier.Ticks: 0 }) start = opens; // otherwise it could be the departure an hour away
                var (vacancies, capacity, closed) = Seats(element);
                var row = new OctoAvailability(OctoFields.Id(element, "id"), opens, vacancies, capacity, closed) { End = end, TicketTo = ticketTo };
                rows.Add((row, time));
            }
            catch (UnreadableAnswerException e)
            {
                unreadable.Add(new UnreadableRow(start, e.Message));
            }
        }
        if (rows.Count == 0 && unreadable.Count > 0) throw new UnreadableAnswerException(unreadable[0].Reason);
        return new OctoAvailabilities([.. OnePerStart(rows)], unreadable);
    }

    public static IReadOnlyList<OctoDay> Calendar(JsonElement json, AvailabilityQuery query)
    {
        var days = OctoFields.Array(json).Select(row =>
        {
            var text = OctoFields.Text(row, "localDate");
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", out var date)) throw new UnreadableAnswerException("localDate is not a date");
            RequireInside(date, query);
            var (vacancies, capacity, closed) = Seats(row);
            var opens = OctoTimes.OpeningHours(row) is { } hours ? OctoTimes.Opened(date, hours.From, query.Zone) : (DateTimeOffset?)null;
            return new OctoDay(date, vacancies, capacity, closed, opens);
        }).ToArray();
        if (days.DistinctBy(day => day.Date).Count() != days.Length) throw new UnreadableAnswerException("Two rows have the same day");
        return days;
    }

    public static SupplierInfo Supplier(JsonElement json) => new(OctoFields.Id(json, "id"), OctoFields.Text(json, "name"));

    private static (DateTimeOffset Opens, DateTimeOffset? End, DateOnly? TicketTo, OctoTime Time) Times(JsonElement row, AvailabilityQuery query)
    {
        RequireSame(row, "productId", query.ProductId);
        RequireSame(row, "optionId", query.OptionId);
        var text = OctoFields.Text(row, "localDateTimeStart");
        var time = OctoTimes.Read(text, query.Zone);
        // A supplier counts days as it writes them, or in the product's time zone where its offset is another one.
        if (!query.Contains(time.Day)) RequireInside(TourZone.DayOf(time.Instant, query.Zone), query);
        // A day ticket (OPENING_HOURS) starts for us when the doors open: at midnight it would count as departed all day.
        if (OctoFields.Optional(row, "allDay") is { ValueKind: JsonValueKind.True } && OctoTimes.OpeningHours(row) is { } hours)
        {
            var (opens, closes, isOfZone) = OctoTimes.Opened(text, hours, query.Zone);
            return (opens, closes, isOfZone ? time.Day : null, time with { IsSkipped = false, Earlier = TimeSpan.Zero });
        }
        var end = OrNull(() => OctoFields.OptionalText(row, "localDateTimeEnd") is { } until
            ? OctoTimes.Read(until, query.Zone).Instant : (DateTimeOffset?)null);
        return (time.Instant, end > time.Instant ? end : null, null, time);
    }

    private static (int? Vacancies, int? Capacity, bool Closed) Seats(JsonElement row)
    {
        switch (OctoFields.Text(row, "status"))
        {
            case "CLOSED":
                return (0, null, true);
            case "FREESALE":
                return (null, null, false); // some suppliers send a number with it, which has no meaning
            case "SOLD_OUT":
                return (0, Capacity(row), false);
            case "AVAILABLE" or "LIMITED":
                var vacancies = Math.Max(0, OctoFields.Seats(row, "vacancies") ?? throw new UnreadableAnswerException("vacancies is missing"));
                return (vacancies, Capacity(row) is { } capacity ? Math.Max(capacity, vacancies) : null, false);
            default:
                throw new UnreadableAnswerException("status is none that OCTO knows");
        }
    }

    private static int? Capacity(JsonElement row) => OrNull(() => OctoFields.Seats(row, "capacity")) is >= 0 and var capacity ? capacity : null;

    // For what the row can do without: it does not spoil the row.
    private static T? OrNull<T>(Func<T?> read) where T : struct
    {
        try
        {
            return read();
        }
        catch (UnreadableAnswerException)
        {
            return null;
        }
    }

    // Our departures differ by their start. A night's hour that comes twice, written twice without offset, is two departures; an hour that is
    // skipped gives way to the one it falls on; of others with one start the one with the most vacancies counts, as in OCTO's calendar.
    private static IEnumerable<OctoAvailability> OnePerStart(IEnumerable<(OctoAvailability Row, OctoTime Time)> rows) => rows
        .GroupBy(row => row.Row.Start)
        .SelectMany(same =>
        {
            var real = same.Any(row => !row.Time.IsSkipped) ? same.Where(row => !row.Time.IsSkipped).ToArray() : [.. same];
            var (first, time) = real[0];
            return real.Length > 1 && time.Earlier > TimeSpan.Zero
                ? [first with { Start = first.Start - time.Earlier, End = first.End - time.Earlier }, MostVacant(real[1..])]
                : new[] { MostVacant(real) };
        })
        .DistinctBy(row => row.Start);

    private static OctoAvailability MostVacant(IEnumerable<(OctoAvailability Row, OctoTime Time)> rows) =>
        rows.Select(row => row.Row).MaxBy(row => row.Closed ? -1 : row.Vacancies ?? int.MaxValue)!;

    private static void RequireInside(DateOnly day, AvailabilityQuery query)
    {
        if (!query.Contains(day)) throw new UnreadableAnswerException("A row lies outside the dates asked for");
    }

    // OCTO rows carry no such ids, but some suppliers add them; another id means that the answer belongs to another request.
    private static void RequireSame(JsonElement row, string name, string asked)
    {
        if (OctoFields.Optional(row, name) is { ValueKind: JsonValueKind.String } && OctoFields.Text(row, name) != asked)
            throw new UnreadableAnswerException($"{name} is not the one asked for");
    }
}
