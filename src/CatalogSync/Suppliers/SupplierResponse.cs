using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>One HTTP answer, classified: a body to parse, or a failure.</summary>
internal sealed record SupplierResponse(ReadOnlyMemory<byte> Body, string? MediaType, SupplierFailure? Failure)
{
    private const int LongestMessage = 200;

    // INVALID_PRODUCT_ID is read as InvalidProductId.
    private static readonly FrozenDictionary<string, OctoErrorCode> Codes =
        Enum.GetValues<OctoErrorCode>().ToFrozenDictionary(code => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString()));

    /// <summary>One HTTP answer: any 2xx with a body is good.</summary>
    /// <remarks>OCTO defines HTTP 200, and 400 with <c>{error, errorMessage}</c>; the rest is what servers and proxies send in practice.</remarks>
    /// <param name="secret">Removed from the supplier's message, in case it repeats the key.</param>
    public static SupplierResponse Classify(HttpResponseMessage response, byte[] body, string secret, DateTimeOffset now)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var isGood = response.StatusCode == HttpStatusCode.OK || (response.IsSuccessStatusCode && body.Length > 0);
        return new SupplierResponse(body, mediaType, isGood ? null : FailureOf(response, body, secret, now));
    }

    public static SupplierResponse Failed(SupplierFailureKind kind, string reason, bool neverSent = false) =>
        new(default, null, new SupplierFailure(kind, reason) { NeverSent = neverSent });

    public static SupplierResponse TooLarge(int bytes) => new(
        default, null, new SupplierFailure(SupplierFailureKind.Unreadable, $"The answer is larger than {bytes} bytes") { IsTooLarge = true });

    private static SupplierFailure FailureOf(HttpResponseMessage response, byte[] body, string secret, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var (code, message, bodyRetryAfter) = OctoErrorOf(body);
        var pause = RetryAfter(response.Headers.RetryAfter, now) ?? bodyRetryAfter;
        var error = code is null ? (OctoErrorCode?)null : ErrorOf(code);
        var reason = Clean($"HTTP {status}{(code is null ? "" : $" {code}")}{(message is null ? "" : $": {message}")}", secret);
        var failure = (status, error) switch
        {
            (429, _) or (_, OctoErrorCode.TooManyRequests) => new SupplierFailure(SupplierFailureKind.RateLimited, reason, pause),
            (503, _) when pause is not null => new(SupplierFailureKind.RateLimited, reason, pause),
            (>= 500 or 408, _) or (_, OctoErrorCode.InternalServerError) => new(SupplierFailureKind.ServerError, reason),
            (401 or 403, _) or (_, OctoErrorCode.Unauthorized or OctoErrorCode.Forbidden) => new(SupplierFailureKind.Refused, reason),
            (>= 200 and < 300, _) => new(SupplierFailureKind.Unreadable, $"{reason} where OCTO answers 200"),
            _ => new(SupplierFailureKind.Rejected, reason),
        };
        return failure with { Error = error };
    }

    private static OctoErrorCode ErrorOf(string code) => Codes.GetValueOrDefault(code, OctoErrorCode.Other);

    private static (string? Code, string? Message, TimeSpan? RetryAfter) OctoErrorOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (Text(json.RootElement, "error"), Text(json.RootElement, "errorMessage"), RetryAfterInBody(json.RootElement))
                : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // a text is no valid Unicode
        {
            return default; // plain text and HTML errors are common; the status is enough
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static TimeSpan? RetryAfterInBody(JsonElement json) =>
        json.TryGetProperty("retryAfter", out var value)
        && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    private static string Clean(string text, string secret)
    {
        var printable = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        return printable.Length <= LongestMessage ? printable : printable[..LongestMessage] + "…";
    }
}
