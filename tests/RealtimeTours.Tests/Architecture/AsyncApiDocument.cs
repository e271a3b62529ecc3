using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace RealtimeTours.Tests.Architecture;

/// <summary>docs/asyncapi.yaml as JSON.</summary>
internal sealed class AsyncApiDocument
{
    private readonly JsonNode _root;

    private AsyncApiDocument(JsonNode root) => _root = root;

    public static AsyncApiDocument Parse(string yaml) => new(ToJson(
        new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml))!);

    public IReadOnlyList<AsyncApiMessage> Events => [.. Messages("events"), .. Commands, .. Announcements];

    public IReadOnlyList<AsyncApiMessage> Commands => Messages("commands");

    public IReadOnlyList<AsyncApiMessage> Announcements => Messages("announcements");

    public IReadOnlyList<AsyncApiMessage> HubMessages => Messages("hub");

    /// <summary>Every <c>$ref</c> that leads nowhere.</summary>
    public IEnumerable<string> BrokenReferences() => References(_root).Where(reference => Resolve(reference) is null);

    /// <summary>A schema's property names, and those that are required.</summary>
    public (IReadOnlyList<string> All, IReadOnlyList<string> Required) Schema(string name)
    {
        var schema = Resolve($"#/components/schemas/{name}") ?? throw new InvalidDataException($"There is no schema {name}.");
        return ([.. schema["properties"]!.AsObject().Select(property => property.Key)],
            [.. schema["required"]!.AsArray().Select(item => item!.GetValue<string>())]);
    }

    private AsyncApiMessage[] Messages(string channel) =>
    [
        .. _root["channels"]![channel]!["messages"]!.AsObject()
            .Select(entry => new AsyncApiMessage(entry.Key, Resolve(entry.Value!["$ref"]!.GetValue<string>())!)),
    ];

    private JsonNode? Resolve(string reference) => reference.StartsWith("#/", StringComparison.Ordinal)
        ? reference[2..].Split('/').Aggregate((JsonNode?)_root, (node, part) => node?[part]) is { } found
            ? found is JsonObject && found["$ref"] is JsonValue inner ? Resolve(inner.GetValue<string>()) : found
            : null
        : null;

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map =>
            map.SelectMany(entry => entry is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(entry.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static JsonNode? ToJson(object? yaml) => yaml switch
    {
        IDictionary<object, object?> map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key.ToString()!, ToJson(entry.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(ToJson)]),
        _ => JsonSerializer.SerializeToNode(yaml),
    };
}

/// <param name="Key">Its name within the channel.</param>
internal sealed record AsyncApiMessage(string Key, JsonNode Node)
{
    public string Name => Node["name"]!.GetValue<string>();

    /// <summary>A reserved name that no part of this version publishes or reads yet.</summary>
    public bool Planned => Node["x-planned"]?.GetValue<bool>() ?? false;

    public JsonNode Example => Node["examples"]![0]!["payload"]!;

    /// <summary>The schema of an event's data.</summary>
    public string DataSchema => Node["payload"]!["allOf"]![1]!["properties"]!["data"]!["$ref"]!.GetValue<string>().Split('/')[^1];

    /// <summary>The schema of a hub message's single argument.</summary>
    public string ArgumentSchema => Node["payload"]!["items"]!["$ref"]!.GetValue<string>().Split('/')[^1];
}
