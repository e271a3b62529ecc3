using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>The simulated supplier's JSON: camelCase, nulls written, timestamps in UTC.</summary>
internal static class OctoJson
{
    private static readonly JsonSerializerOptions Options = Create();

    /// <exception cref="OctoError">The body is not JSON of this type.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request) where T : class
    {
        if (!request.HasJsonContentType()) throw OctoError.BadRequest("Content-Type must be application/json");
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Options, request.HttpContext.RequestAborted)
                ?? throw OctoError.BadRequest("The request body is null");
        }
        catch (JsonException)
        {
            throw OctoError.BadRequest("The request body is not formatted correctly, or a data type is incorrect");
        }
    }

    public static async Task WriteAsync(HttpContext context, object body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(context.Response.Body, body, body.GetType(), Options, context.RequestAborted);
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatWasNotAskedFor } },
        };
        options.Converters.Add(new UtcTimestampConverter());
        return options;
    }

    private static void LeaveOutWhatWasNotAskedFor(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property.AttributeProvider?.IsDefined(typeof(OfCapabilityAttribute), inherit: false) == true)
                property.ShouldSerialize = static (_, value) => value is not null;
    }
}
