using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealtimeTours.Contracts;

/// <summary>Reads 3, 3.0 and 3e0 as the same number; writes 3.</summary>
internal sealed class WholeNumberConverter<T> : JsonConverter<T> where T : struct, IBinaryInteger<T>
{
    private static readonly JsonConverter<T> Strict = (JsonConverter<T>)JsonSerializerOptions.Default.GetConverter(typeof(T));

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.IndexOfAny(".eE"u8) >= 0
            && reader.TryGetDecimal(out var number) && decimal.IsInteger(number)
            && number >= decimal.CreateSaturating(T.CreateSaturating(long.MinValue))
            && number <= decimal.CreateSaturating(T.CreateSaturating(long.MaxValue)))
            return T.CreateChecked(number);
        return Strict.Read(ref reader, typeToConvert, options); // with its own errors
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => Strict.Write(writer, value, options);
}
