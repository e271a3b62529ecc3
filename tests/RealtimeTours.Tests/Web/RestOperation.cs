using System.Text.Json;
using System.Text.Json.Nodes;

namespace RealtimeTours.Tests.Web;

/// <summary>One call of the REST interface as its OpenAPI document describes it.</summary>
/// <param name="Query">The names of its query parameters.</param>
/// <param name="Body">An example of its body as JSON; null where it takes none.</param>
internal sealed record RestOperation(HttpMethod Method, string Path, IReadOnlyList<string> Query, string? Body)
{
    /// <param name="known">Values for fields of these names, as JSON: an example of the type would not mean anything that exists.</param>
    public static IReadOnlyList<RestOperation> AllOf(JsonElement document, IReadOnlyDictionary<string, string> known) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           select new RestOperation(
               HttpMethod.Parse(operation.Name), path.Name,
               operation.Value.TryGetProperty("parameters", out var parameters)
                   ? [.. parameters.EnumerateArray().Where(each => each.GetProperty("in").GetString() == "query")
                       .Select(each => each.GetProperty("name").GetString()!)]
                   : [],
               operation.Value.TryGetProperty("requestBody", out var body)
                   ? Example(body.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema"), document, known, "")!.ToJsonString()
                   : null),
    ];

    private static JsonNode? Example(JsonElement schema, JsonElement document, IReadOnlyDictionary<string, string> known, string name)
    {
        if (known.TryGetValue(name, out var value)) return JsonNode.Parse(value);
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var schemas = document.GetProperty("components").GetProperty("schemas");
            return Example(schemas.GetProperty(reference.GetString()!.Split('/')[^1]), document, known, name);
        }
        if (schema.TryGetProperty("oneOf", out var either)) return Example(either.EnumerateArray().Last(), document, known, name);
        switch (TypeOf(schema))
        {
            case "object":
                var fields = schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToArray() : [];
                return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Name, Example(field.Value, document, known, field.Name))));
            case "array":
                return new JsonArray(Example(schema.GetProperty("items"), document, known, name));
            case "integer" or "number":
                return 1;
            case "boolean":
                return false;
            default:
                return "text";
        }
    }

    private static string? TypeOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? null
        : type.ValueKind == JsonValueKind.String ? type.GetString()
        : type.EnumerateArray().Select(each => each.GetString()).First(each => each != "null");
}
