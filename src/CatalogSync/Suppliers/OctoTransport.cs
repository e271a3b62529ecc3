using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RealtimeTours.CatalogSync.Telemetry;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>The base URL: configured, or known only once the simulated supplier listens.</summary>
internal delegate ValueTask<Uri> SupplierAddress(CancellationToken cancellationToken);

/// <param name="Path">Relative to the base URL, escaped.</param>
/// <param name="Changes">True for a call that is not safe to repeat: the first attempt may have worked without an answer.</param>
internal sealed record OctoCall(
    HttpMethod Method, string Path, object? Body = null, string Capabilities = "", bool Changes = false, int MaxAnswerBytes = 2 * 1024 * 1024);

/// <summary>Sends calls to one supplier within its token budget; returns JSON or a typed failure, throws on cancellation only.</summary>
internal sealed class OctoTransport(SupplierAddress address, SupplierSettings settings, CatalogSyncMetrics metrics, TimeProvider time) : IDisposable
{
    // Not the factory's client: that one may log headers, and ours carry the key. No redirects: they would send the key elsewhere.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = settings.Concurrency,
    }) { Timeout = Timeout.InfiniteTimeSpan };

    private readonly SemaphoreSlim _places = new(settings.Concurrency);
    private readonly SupplierResilience _resilience = new(settings, time);

    /// <param name="read">Throws <see cref="UnreadableAnswerException"/> for an answer that must be refused.</param>
    public async Task<SupplierAnswer<T>> SendAsync<T>(OctoCall call, Func<JsonElement, T> read, CancellationToken cancellationToken) where T : class
    {
        var content = call.Body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(call.Body, WireJson.EventOptions);
        await _places.WaitAsync(cancellationToken);
        try
        {
            var response = await _resilience.ExecuteAsync(call.Changes, token => AttemptAsync(call, content, token), cancellationToken);
            var answer = response.Failure is { } failure ? failure : Read(response, read);
            return call.Changes && answer.Failure is { } bad ? bad with { MayHaveHappened = IsOpen(bad) } : answer;
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    private static bool IsOpen(SupplierFailure failure) =>
        !failure.NeverSent && (failure.MayPass || failure.Kind == SupplierFailureKind.Unreadable);

    private SupplierAnswer<T> Read<T>(SupplierResponse response, Func<JsonElement, T> read) where T : class
    {
        try
        {
            var hasMark = response.Body.Span.StartsWith("\uFEFF"u8); // some servers send a byte order mark, which is no JSON
            using var json = JsonDocument.Parse(hasMark ? response.Body[3..] : response.Body);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or UnreadableAnswerException or InvalidOperationException)
        {
            metrics.AnswerUnreadable(settings.Id);
            // InvalidOperationException: a JSON string is no valid Unicode.
            var reason = e is UnreadableAnswerException ? e.Message : $"The answer is not JSON ({response.MediaType ?? "no content type"})";
            return new SupplierFailure(SupplierFailureKind.Unreadable, reason);
        }
    }

    private async ValueTask<SupplierResponse> AttemptAsync(OctoCall call, byte[] content, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.CallTimeout);
        SupplierResponse response;
        try
        {
            using var request = await RequestAsync(call, content, limit.Token);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await answer.Content.LoadIntoBufferAsync(call.MaxAnswerBytes, limit.Token); // a larger body is not read to its end
            response = SupplierResponse.Classify(answer, await answer.Content.ReadAsByteArrayAsync(limit.Token), settings.ApiKey, time.GetUtcNow());
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            response = SupplierResponse.TooLarge(call.MaxAnswerBytes);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            response = SupplierResponse.Failed(SupplierFailureKind.TimedOut, $"No complete answer within {settings.CallTimeout.TotalSeconds} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var cause = (e as HttpRequestException)?.HttpRequestError ?? HttpRequestError.ResponseEnded;
            var neverSent =
                cause is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            response = SupplierResponse.Failed(SupplierFailureKind.Unreachable, $"The connection failed ({cause})", neverSent);
        }
        metrics.Called(settings.Id, response.Failure?.Kind, Stopwatch.GetElapsedTime(started));
        return response;
    }

    private async ValueTask<HttpRequestMessage> RequestAsync(OctoCall call, byte[] content, CancellationToken cancellationToken)
    {
        var request =
            new HttpRequestMessage(call.Method, new Uri(await address(cancellationToken), call.Path)) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json"); // suppliers ask for it on GETs too
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiKey);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation("Octo-Capabilities", call.Capabilities);
        return request;
    }
}
