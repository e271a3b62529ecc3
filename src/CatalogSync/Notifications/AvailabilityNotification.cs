using System.Text.Json;

namespace RealtimeTours.CatalogSync.Notifications;

/// <summary>What a supplier's notification says. Figures in it are not read: the sync fetches them.</summary>
internal abstract record AvailabilityNotification
{
    private AvailabilityNotification()
    {
    }

    /// <summary>A product has changed.</summary>
    /// <param name="OptionId">Null for all options.</param>
    public sealed record Changed(string ProductId, string? OptionId) : AvailabilityNotification;

    /// <summary>It is about something else.</summary>
    public sealed record AnotherType : AvailabilityNotification;

    /// <summary>It is not JSON, or names no product.</summary>
    public sealed record Bad : AvailabilityNotification;

    private static readonly string[] TypeNames = ["notificationType", "type", "event"];

    /// <summary>Suppliers differ: the ids stand at the top or one level down, the type in one of three members, in any case, or nowhere.</summary>
    public static AvailabilityNotification Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return new Bad();
            var root = json.RootElement;
            if (TypeNames.Select(name => Text(root, name)).FirstOrDefault(type => type is not null) is { } type
                && !IsAvailabilityUpdate(type)) return new AnotherType();
            return Find(root, "productId") is { } productId ? new Changed(productId, Find(root, "optionId")) : new Bad();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // a text is no valid Unicode
        {
            return new Bad();
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
