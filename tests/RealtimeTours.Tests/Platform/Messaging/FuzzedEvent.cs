using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RabbitMQ.Client;
using RealtimeTours.Tests.Fuzzing;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>One random message of a foreign publisher.</summary>
/// <param name="IsBroken">Known from how it was made, not from how it is read; null where it could be either.</param>
internal sealed partial record FuzzedEvent(string Id, string RoutingKey, byte[] Body, bool? IsBroken, BasicProperties Properties)
{
    /// <summary>The tour and the user that all of them are about.</summary>
    public const string Tour = "fuzzed";
    public const string User = "fuzzed-user";

    private const string OfTour = "\"tourId\":\"fuzzed\"";
    private const string Time = "2026-02-10T10:30:00Z";
    private const string Booking = $"\"bookingId\":\"bk_1\",{OfTour},\"userId\":\"{User}\",\"bookingDate\":\"2027-06-01T10:00:00Z\"," +
        "\"participants\":2,\"totalPrice\":25.5,\"currency\":\"EUR\"";

    private static readonly (string Type, string Data)[] Valid =
    [
        ("tour.availability.updated", $"{OfTour},\"availableSpots\":7,\"date\":\"2027-06-01T10:00:00Z\",\"version\":3," +
            "\"previousSpots\":8,\"capacity\":20,\"status\":\"available\",\"reason\":\"booking\""),
        ("tour.availability.updated", $"{OfTour},\"availableSpots\":7"),
        ("tour.availability.synced", $"{OfTour},\"previousSpots\":2,\"currentSpots\":7," +
            "\"syncedAt\":\"2026-02-10T10:30:00Z\",\"source\":\"third_party_sync\""),
        ("tour.availability.low", $"{OfTour},\"availableSpots\":3,\"alertLevel\":\"warning\",\"date\":\"2027-06-01T10:00:00Z\""),
        ("tour.availability.restored", $"{OfTour},\"availableSpots\":3,\"restoredAt\":\"2026-02-10T10:30:00Z\""),
        ("tour.sold.out", $"{OfTour},\"soldOutAt\":\"2026-02-10T10:30:00Z\""),
        ("tour.spots.available", $"{OfTour},\"availableSpots\":3,\"waitingListUserIds\":[\"ann\",\"ben\"]"),
        ("tour.updated", $"{OfTour},\"name\":\"Kayak\",\"destination\":\"Málaga\",\"category\":\"boat\"," +
            "\"durationHours\":2.5,\"price\":12.5,\"currency\":\"EUR\""),
        ("booking.created", Booking),
        ("booking.confirmed", Booking),
        ("booking.completed", $"\"bookingId\":\"bk_1\",{OfTour},\"userId\":\"{User}\",\"completedAt\":\"2026-02-10T10:30:00Z\""),
        ("booking.failed", $"{Booking},\"failedAt\":\"2026-02-10T10:30:00Z\",\"reason\":\"no payment\""),
        ("loyalty.points.earned", $"\"userId\":\"{User}\",\"accountId\":\"a\",\"pointsEarned\":12,\"totalPoints\":120,\"currentTier\":\"bronze\"," +
            $"\"bookingId\":\"bk_1\",{OfTour},\"tourName\":\"Kayak\",\"earnedAt\":\"2026-02-10T10:30:00Z\""),
        ("loyalty.tier.upgraded", $"\"userId\":\"{User}\",\"previousTier\":\"bronze\",\"newTier\":\"silver\",\"totalPoints\":500," +
            "\"upgradedAt\":\"2026-02-10T10:30:00Z\""),
    ];

    private static readonly string[] OtherForms =
    [
        "2026-02-10t10:30:00z", "2026-02-10 10:30:00Z", "2026-02-10T12:30:00+02:00", "20260210T103000Z", "2026-02-10T10:30:60Z",
        "2026-02-10T10:30:00.123456789Z",
    ];

    public static FuzzedEvent Make(NearlyValid any)
    {
        var ((type, data), id) = (any.One(Valid), $"evt_{any.Number}");
        var envelope = $$$"""
            {"eventType":"{{{type}}}","eventId":"{{{id}}}","eventVersion":"1.0","timestamp":"{{{Time}}}","correlationId":"req_1","source":"fuzz",
             "data":{{{{data}}}}}
            """;
        var kind = any.UpTo(9);
        var body = kind switch
        {
            < 3 => Good(any, envelope),
            < 6 => Broken(any, envelope),
            6 when any.OneIn(2) => Encoding.UTF8.GetBytes(
                envelope.Replace("\"data\":{", $"\"data\":{{\"deep\":{NearlyValid.Nested(50 + any.UpTo(14))},")),
            _ => any.Bytes(any.Json(envelope)),
        };
        var key = kind >= 6 && any.OneIn(20) ? any.One(Valid).Type : type;
        return new FuzzedEvent(id, key, body, kind < 3 ? false : kind < 6 ? true : null, PropertiesOf(any, id));
    }

    private static byte[] Good(NearlyValid any, string envelope) => any.UpTo(5) switch
    {
        0 => [.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(envelope)],
        1 => Encoding.UTF8.GetBytes($" \r\n{envelope}\n\t"),
        2 => Encoding.UTF8.GetBytes(WholeNumber().Replace(envelope, $":$1{any.One([".0", ".00", "e0", "E+0"])}$2")),
        3 => Encoding.UTF8.GetBytes(envelope.Replace($"\"{Time}\"", $"\"{any.One(OtherForms)}\"")),
        4 => Encoding.UTF8.GetBytes(envelope.Replace("\"data\":{", "\"more\":[1.5,null],\"data\":{\"further\":{\"a\":[true,\"é\"]},")),
        _ => Encoding.UTF8.GetBytes(envelope),
    };

    private static byte[] Broken(NearlyValid any, string envelope)
    {
        var json = JsonNode.Parse(envelope)!.AsObject();
        var (data, field) = (json["data"]!.AsObject(), any.One(["eventType", "eventId", "timestamp", "data"]));
        switch (any.UpTo(9))
        {
            case 0: return any.CutOff(envelope);
            case 1: return any.NotUtf8(envelope);
            case 2: return Encoding.UTF8.GetBytes(envelope[..^1] + $",\"{field}\":\"twice\"}}");
            case 3: json.Remove(field); break;
            case 4: json[field] = JsonNode.Parse(any.One(["null", "7", "true", "[]", "[{}]"])); break;
            case 5: data.Remove(data.First().Key); break;
            case 6 when data.Select(each => each.Key).FirstOrDefault(name => name is "availableSpots" or "currentSpots") is { } seats:
                data[seats] = JsonNode.Parse(any.One(["-1", "1.5", "\"7\"", "2147483648", "1e400", "null", "[]"]));
                break;
            case 6:
                data[data.First().Key] = JsonNode.Parse(any.One(["null", "7", "{}", "\"\"", $"\"{new string('x', 129)}\"", "\"\\u0000\""]));
                break;
            case 7: json["timestamp"] = any.One(["yesterday", "2026-02-30T10:00:00Z", "9000-01-01T00:00:00Z", "", "9999-12-31T23:59:60Z"]); break;
            case 8: data["padding"] = new string('x', 64 * 1024); break;
            default: json["eventType"] = any.One(["tour.created", "tour", "Tour.Updated", "x"]); break;
        }
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static BasicProperties PropertiesOf(NearlyValid any, string id)
    {
        var properties = new BasicProperties { MessageId = id, Headers = new Dictionary<string, object?>() };
        if (any.OneIn(3)) properties.ContentType = any.One(["application/json", "text/plain", "", "é"]);
        if (any.OneIn(5)) (properties.CorrelationId, properties.Type, properties.ContentEncoding) = ("é\0", "no.type", "utf-16");
        if (any.OneIn(5)) (properties.Priority, properties.DeliveryMode) = (9, DeliveryModes.Transient);
        for (var i = any.UpTo(3); i > 0; i--)
            properties.Headers[any.One([
                "traceparent", "x-attempt", "x-error", "x-first-failed-at", "x-original-routing-key", "x-replayed", "x-dropped-headers", "x-death",
                "x-stream-offset", "é", "",
            ])] = any.One<object?>([
                null, true, 1, -1L, 2.5, "text", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", new byte[] { 0xff, 0 }, new byte[40_000],
                new List<object?> { 1, null, "x" }, new Dictionary<string, object?> { ["queue"] = 1, ["reason"] = new List<object?>() },
                new List<object?> { new Dictionary<string, object?> { ["queue"] = "a.retry.1s", ["reason"] = "expired" } },
            ]);
        return properties;
    }

    [GeneratedRegex(@":(\d+)([,}])")]
    private static partial Regex WholeNumber();
}
