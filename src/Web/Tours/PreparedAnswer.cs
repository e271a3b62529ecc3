using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Web.Tours;

/// <summary>A successful answer as UTF-8, up to <c>meta</c>: most requests for a tour get the same bytes, only the ages differ.</summary>
internal sealed class PreparedAnswer
{
    private const string JsonType = "application/json; charset=utf-8";
    private const int LongestMeta = 128;

    // as all answers
    private static readonly JsonSerializerOptions Json = new(WireJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[] _head;
    private readonly EntityTagHeaderValue _tag;
    private readonly string _tagText;

    private PreparedAnswer(byte[] head)
    {
        _head = head;
        // A weak tag: it identifies the data, while the ages in `meta` differ with every answer.
        _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(head).AsSpan(0, 12))}\"", isWeak: true);
        _tagText = _tag.ToString();
    }

    /// <param name="data">An object without <c>meta</c>, which becomes its last member.</param>
    public static PreparedAnswer Of<T>(T data) where T : notnull =>
        new(JsonSerializer.SerializeToUtf8Bytes(new SuccessEnvelope<T>(data), Json)[..^"}}".Length]);

    public IResult With(TourMeta meta) => new Answer(this, meta);

    private bool IsKnownTo(HttpRequest request) => request.Headers.IfNoneMatch.Count > 0
        && request.GetTypedHeaders()
            .IfNoneMatch.Any(theirs => theirs.Equals(EntityTagHeaderValue.Any) || theirs.Compare(_tag, useStrongComparison: false));

    private sealed class Answer(PreparedAnswer prepared, TourMeta meta) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            var response = context.Response;
            response.Headers.ETag = prepared._tagText;
            response.Headers.CacheControl = "no-cache"; // cache, but revalidate: seats change at any moment
            if (prepared.IsKnownTo(context.Request))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            Span<byte> tail = stackalloc byte[LongestMeta];
            Utf8.TryWrite(
                tail, $",\"meta\":{{\"dataSource\":\"{meta.DataSource}\",\"cacheAge\":{meta.CacheAge},\"nextSyncIn\":{meta.NextSyncIn}}}}}}}",
                out var length);
            response.ContentType = JsonType;
            response.ContentLength = prepared._head.Length + length;
            response.BodyWriter.Write(prepared._head);
            response.BodyWriter.Write(tail[..length]);
            return Task.CompletedTask;
        }
    }
}
