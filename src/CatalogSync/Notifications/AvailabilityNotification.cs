using System.Text.Json;

namespace RealtimeTours.CatalogSync.Notifications;

/// <summary>The product that a supplier says has changed. Figures in the notification are not read: the sync fetches them.</summary>
/// <param name="OptionId">Null for all options.</param>
internal sealed record AvailabilityNotification(string ProductId, string? OptionId)
{
    private static readonly string[] TypeNames = ["notificationType", "type", "event"];

    /// <summary>Suppliers differ: the ids stand at the top or one level down, the type in one of three members, in any case, or nowhere.</summary>
    /// <returns>Null for another type; <c>Bad</c> where the body is not JSON or names no product.</returns>
    public static (AvailabilityNotification? Notification, bool Bad) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return (null, true);
            var root = json.RootElement;
            if (TypeNames.Select(name => Text(root, name)).FirstOrDefault(type => type is not null) is { } type && !IsAvailabilityUpdate(type)) return (null, false);
            return Find(root, "productId") is { } productId ? (new(productId, Find(root, "optionId")), false) : (null, true);
        }
        catch (JsonException)
        {
            return (null, true);
        }
    }

    private static bool IsAvailabilityUpdate(string type) =>
        string.Equals(type.Replace('.', '_').Replace('-', '_'), "availability_update", StringComparison.OrdinalIgnoreCase);

    private static string? Find(JsonElement json, string name) =>
        Text(json, name) ?? json.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object)
            .Select(member => Text(member.Value, name)).FirstOrDefault(text => text is not null);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= Limits.MaxSupplierIdLength } text && !text.Contains('\0')
            ? text
            : null;
}
