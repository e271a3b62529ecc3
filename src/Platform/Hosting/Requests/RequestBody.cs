using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>Reads a JSON body strictly: an unknown, missing or wrongly typed member is refused with a sentence that names it.</summary>
public static class RequestBody
{
    private static readonly JsonSerializerOptions Strict = new(WireJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <returns>The body, or the refusal to answer with: 413, 415 or 422.</returns>
    public static async Task<Parsed<T>> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken) where T : class
    {
        if (!request.HasJsonContentType())
            return Refused(
                Problems.Of(StatusCodes.Status415UnsupportedMediaType, "not_json", "Send the body with the header Content-Type: application/json."));
        var (bytes, tooLarge) = await BytesAsync(request.Body, cancellationToken);
        if (tooLarge) return Refused(
            Problems.Of(StatusCodes.Status413PayloadTooLarge, "body_too_large", $"The body is larger than {Limits.MaxBodyBytes} bytes."));
        if (BodyEncoding.ToUtf8(request, bytes).IsRefused(out var badEncoding, out var text)) return Refused(badEncoding);
        try
        {
            return JsonSerializer.Deserialize<T>(text.Bytes.Span, Strict) is { } body ? new Parsed<T>.Ok(body) : Refused(Wrong<T>("$"));
        }
        catch (JsonException e)
        {
            return Refused(Wrong<T>(e.Path));
        }

        static Parsed<T> Refused(IResult answer) => new Parsed<T>.Refused(answer);
    }

    /// <summary>As <see cref="ReadAsync{T}"/>, but a missing body means <paramref name="absent"/>.</summary>
    public static async Task<Parsed<T>> ReadOrAsync<T>(HttpRequest request, T absent, CancellationToken cancellationToken) where T : class =>
        request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0 ? new Parsed<T>.Ok(absent)
            : await ReadAsync<T>(request, cancellationToken);

    /// <summary>Refuses a well-formed body whose values are not allowed.</summary>
    public static IResult Invalid(string sentence, string code = "bad_body") => Problems.Of(StatusCodes.Status422UnprocessableEntity, code, sentence);

    private static IResult Wrong<T>(string? path)
    {
        var parameters = typeof(T).GetConstructors()[0].GetParameters();
        var required = Names(parameters.Where(parameter => !parameter.HasDefaultValue));
        var optional = Names(parameters.Where(parameter => parameter.HasDefaultValue));
        var shape = (required, optional) switch
        {
            (_, "") => required,
            ("", _) => $"optionally {optional}",
            _ => $"{required} and optionally {optional}",
        };
        var where = path is null or "$" or "" ? "" : $" at {path}";
        return Invalid($"The body does not fit{where}: it must be a JSON object with {shape}, and nothing else.");
    }

    private static string Names(IEnumerable<ParameterInfo> parameters) =>
        string.Join(", ", parameters.Select(parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)));

    private static async Task<(ReadOnlyMemory<byte> Bytes, bool TooLarge)> BytesAsync(Stream body, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[4096];
        while (await body.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            copy.Write(buffer, 0, count);
            if (copy.Length > Limits.MaxBodyBytes) return (default, true);
        }
        return (copy.GetBuffer().AsMemory(0, (int)copy.Length), false);
    }
}
