using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>
/// JSON is UTF-8, but clients of other systems send it with a byte order mark, or in UTF-16 with
/// <c>Content-Type: application/json; charset=utf-16</c>.
/// </summary>
public static class BodyEncoding
{
    // A mark is surer than the header. UTF-32's begins as UTF-16's does, so it comes first.
    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
        [.. new[] { "utf-8", "utf-32", "utf-32be", "utf-16", "utf-16be" }.Select(Find).Select(encoding => (encoding!.GetPreamble(), encoding!))];

    /// <returns>
    /// The body in UTF-8 without a mark, or the refusal to answer with: 415 for an unknown charset, 422 for bytes that it does not allow.
    /// </returns>
    public static Parsed<Utf8Body> ToUtf8(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var charset = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Charset).ToString() : "";
        if (Find(charset) is not { } encoding)
            return Refused(Problems.Of(
                StatusCodes.Status415UnsupportedMediaType, "unknown_charset",
                "The charset of Content-Type is not known here; send the body in UTF-8."));
        var (mark, marked) = Marks.FirstOrDefault(known => body.Span.StartsWith(known.Mark));
        if (marked is not null) (body, encoding) = (body[mark.Length..], marked);
        // JSON begins with an ASCII character: without a mark its zero byte tells the byte order, which the name utf-16 leaves open.
        else if (encoding is UnicodeEncoding && body.Span is [0, _, ..]) encoding = Encoding.BigEndianUnicode;
        if (encoding is UTF8Encoding) return new Parsed<Utf8Body>.Ok(new Utf8Body(body)); // the reader of JSON checks it
        try
        {
            return new Parsed<Utf8Body>.Ok(new Utf8Body(Encoding.UTF8.GetBytes(encoding.GetString(body.Span))));
        }
        catch (DecoderFallbackException)
        {
            return Refused(RequestBody.Invalid($"The body is not text in {encoding.WebName}."));
        }

        static Parsed<Utf8Body> Refused(IResult answer) => new Parsed<Utf8Body>.Refused(answer);
    }

    private static Encoding? Find(string charset)
    {
        try
        {
            return charset.ToLowerInvariant() is "" or "utf8"
                ? Encoding.UTF8
                : Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException) // unknown, or UTF-7
        {
            return null;
        }
    }
}

/// <param name="Bytes">Without a byte order mark.</param>
public sealed record Utf8Body(ReadOnlyMemory<byte> Bytes);
