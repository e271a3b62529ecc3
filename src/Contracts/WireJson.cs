using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeTours.Contracts;

/// <summary>The JSON settings of events and REST: camelCase, strict types, timestamps in UTC.</summary>
public static class WireJson
{
    /// <summary>
    /// For REST. Reading is strict: a missing required field, a null that is not allowed or a number in quotes is an error that names the field.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create(JsonIgnoreCondition.Never);

    /// <summary>For events: the same settings, but an absent optional field is left out instead of written as null.</summary>
    public static JsonSerializerOptions EventOptions { get; } = Create(JsonIgnoreCondition.WhenWritingNull);

    private static JsonSerializerOptions Create(JsonIgnoreCondition ignore)
    {
        var options = new JsonSerializerOptions { DefaultIgnoreCondition = ignore };
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>Applies the settings to options that another component owns (ASP.NET Core's, SignalR's).</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.Converters.Add(new UtcTimestampConverter());
    }
}
