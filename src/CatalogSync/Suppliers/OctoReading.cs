using System.Globalization;
using System.Text.Json;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Reads OCTO's availabilities: tolerates extra fields and missing offsets, but no doubtful seat count.</summary>
/// <remarks>One bad row refuses the whole answer: without its row a departure would be closed.</remarks>
internal static class OctoReading
{
    public static IReadOnlyList<OctoAvailability> Availabilities(JsonElement json, AvailabilityQuery query)
    {
        var rows = OctoFields.Array(json).Select(row => Availability(row, query)).ToArray();
        if (rows.DistinctBy(row => row.Start).Count() != rows.Length)
            throw new UnreadableAnswerException("Two rows have the same start");
        return rows;
    }

    public static IReadOnlyList<OctoDay> Calendar(JsonElement json, AvailabilityQuery query)
    {
        var days = OctoFields.Array(json).Select(row =>
        {
            var text = OctoFields.Text(row, "localDate");
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", out var date)) throw new UnreadableAnswerException("localDate is not a date");
            RequireInside(date, query);
            var (vacancies, capacity, closed) = Seats(row);
            return new OctoDay(date, vacancies, capacity, closed);
        }).ToArray();
        if (days.DistinctBy(day => day.Date).Count() != days.Length) throw new UnreadableAnswerException("Two rows have the same day");
        return days;
    }

    public static SupplierInfo Supplier(JsonElement json) => new(OctoFields.Id(json, "id"), OctoFields.Text(json, "name"));

    private static OctoAvailability Availability(JsonElement row, AvailabilityQuery query)
    {
        RequireSame(row, "productId", query.ProductId);
        RequireSame(row, "optionId", query.OptionId);
        var (start, day) = Start(OctoFields.Text(row, "localDateTimeStart"), query.Zone);
        var end = OctoFields.OptionalText(row, "localDateTimeEnd") is { } text ? Start(text, query.Zone).Instant : (DateTimeOffset?)null;
        if (OpeningHours(row) is { } hours) (start, end, day) = Opened(OctoFields.Text(row, "localDateTimeStart"), hours, query.Zone);
        RequireInside(day, query);
        var (vacancies, capacity, closed) = Seats(row);
        return new OctoAvailability(OctoFields.Id(row, "id"), start, vacancies, capacity, closed) { End = end > start ? end : null };
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
                return (0, OctoFields.Count(row, "capacity"), false);
            case "AVAILABLE" or "LIMITED":
                var vacancies = OctoFields.Count(row, "vacancies") ?? throw new UnreadableAnswerException("vacancies is missing");
                var capacity = OctoFields.Count(row, "capacity");
                if (capacity < vacancies) throw new UnreadableAnswerException("capacity is below vacancies");
                return (vacancies, capacity, false);
            default:
                throw new UnreadableAnswerException("status is none that OCTO knows");
        }
    }

    private static (DateTimeOffset Instant, DateOnly LocalDay) Start(string text, TimeZoneInfo zone)
    {
        var parsed = LocalTime(text);
        if (parsed.Kind == DateTimeKind.Unspecified)
            return (new DateTimeOffset(parsed, zone.GetUtcOffset(parsed)).ToUniversalTime(), DateOnly.FromDateTime(parsed));
        var instant = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        return (instant.ToUniversalTime(), DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime));
    }

    private static DateTime LocalTime(string text) =>
        text.Length >= "2026-01-01T00:00".Length
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed)
            ? parsed
            : throw new UnreadableAnswerException("localDateTimeStart or localDateTimeEnd is not an ISO 8601 time");

    // A day ticket (OPENING_HOURS) starts for us when the doors open: at midnight it would count as departed all day.
    private static (DateTimeOffset Start, DateTimeOffset? End, DateOnly Day) Opened(
        string text, (TimeOnly From, TimeOnly To) hours, TimeZoneInfo zone)
    {
        if (!DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", out var day))
            throw new UnreadableAnswerException("localDateTimeStart is not an ISO 8601 time");
        // A text with an offset keeps the supplier's own one; without an offset the tour's zone applies.
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var own = LocalTime(text).Kind == DateTimeKind.Unspecified ? zone.GetUtcOffset(midnight)
            : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).Offset;
        return (At(hours.From), At(hours.To), day);

        DateTimeOffset At(TimeOnly time)
        {
            var local = day.ToDateTime(time);
            return new DateTimeOffset(local, own == zone.GetUtcOffset(midnight) ? zone.GetUtcOffset(local) : own).ToUniversalTime();
        }
    }

    private static (TimeOnly From, TimeOnly To)? OpeningHours(JsonElement row)
    {
        if (OctoFields.Optional(row, "allDay") is not { ValueKind: JsonValueKind.True }) return null;
        var spans = OctoFields.Elements(row, "openingHours").ToArray();
        if (spans.Length == 0) return null;
        return TimeOnly.TryParseExact(OctoFields.OptionalText(spans[0], "from"), "HH:mm", out var from)
            && TimeOnly.TryParseExact(OctoFields.OptionalText(spans[^1], "to"), "HH:mm", out var to)
            ? (from, to)
            : throw new UnreadableAnswerException("openingHours are not times such as 09:00");
    }

    private static void RequireInside(DateOnly day, AvailabilityQuery query)
    {
        if (day < query.From || day > query.To) throw new UnreadableAnswerException("A row lies outside the dates asked for");
    }

    // OCTO rows carry no such ids, but some suppliers add them; another id means that the answer belongs to another request.
    private static void RequireSame(JsonElement row, string name, string asked)
    {
        if (OctoFields.Optional(row, name) is { ValueKind: JsonValueKind.String } value && value.GetString() != asked)
            throw new UnreadableAnswerException($"{name} is not the one asked for");
    }
}
