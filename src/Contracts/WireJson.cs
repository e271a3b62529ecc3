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

    /// <summary>
    /// For events: the same settings, but an absent optional field is left out instead of written as null, and a whole number may have a fraction
    /// of zeros or an exponent (3.0, 3e0), as some languages write it.
    /// </summary>
    public static JsonSerializerOptions EventOptions { get; } =
        Create(JsonIgnoreCondition.WhenWritingNull, new WholeNumberConverter<int>(), new WholeNumberConverter<long>());

    private static JsonSerializerOptions Create(JsonIgnoreCondition ignore, params JsonConverter[] converters)
    {
        var options = new JsonSerializerOptions { DefaultIgnoreCondition = ignore };
        Configure(options);
        foreach (var converter in converters) options.Converters.Add(converter);
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
