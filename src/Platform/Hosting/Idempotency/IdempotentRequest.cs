using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Platform.Hosting.Idempotency;

/// <summary>A request with an <c>Idempotency-Key</c> (IETF draft "The Idempotency-Key HTTP Header Field"): a repeat gets the first answer.</summary>
/// <param name="BodyHash">Of the parsed body: white space and the order of members do not matter.</param>
public sealed record IdempotentRequest(string UserId, string Route, string Key, string BodyHash)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";
    public const int MaxKeyLength = 255;

    /// <summary>The name of the lock that lets one request with this key run at a time.</summary>
    public string LockName => $"idempotency:{UserId}\n{Route}\n{Key}";

    public static Parsed<string> ReadKey(string? header) => header switch
    {
        null => new Parsed<string>.Refused(
            Problems.Of(400, "idempotency_key_missing", $"Send the header {Header} with a new random value for each new request, such as a UUID.")),
        _ when RequestText.IsText(header, MaxKeyLength) => new Parsed<string>.Ok(header),
        _ => new Parsed<string>.Refused(
            Problems.Of(400, "idempotency_key_bad", $"{Header} must have 1 to {MaxKeyLength} characters, not only spaces.")),
    };

    public static IdempotentRequest Of<T>(string userId, string route, string key, T body) =>
        new(userId, route, key, Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Options))));

    /// <returns>The first answer, or null if this is the first request.</returns>
    public Task<KeptAnswer?> FindAnswerAsync(WriteTransaction transaction) => transaction.FirstOrDefaultAsync<KeptAnswer>("""
        SELECT body_hash AS BodyHash, status_code AS StatusCode, location AS Location, answer AS Answer
        FROM idempotency_keys WHERE user_id = @UserId AND route = @Route AND key = @Key
        """, new { UserId, Route, Key });

    /// <summary>Stores the answer in the commit of the effect that it answers for.</summary>
    public void Keep(WriteTransaction transaction, KeptAnswer kept, DateTimeOffset now) => transaction.Defer("""
        INSERT INTO idempotency_keys (user_id, route, key, body_hash, status_code, location, answer, created_at)
        VALUES (@UserId, @Route, @Key, @BodyHash, @StatusCode, @Location, @Answer, @now)
        """, new { UserId, Route, Key, BodyHash, kept.StatusCode, kept.Location, kept.Answer, now });

    public IResult Replay(KeptAnswer kept) => kept.BodyHash == BodyHash
        ? new Replayed(kept.ToResult())
        : Problems.Of(422, "idempotency_key_reused", $"This {Header} was used for a request with another body. Take a new one for a new request.");

    public static IResult InFlight =>
        Problems.Of(409, "idempotency_in_flight", "The first request with this Idempotency-Key is still running; ask again in a moment.");

    private sealed class Replayed(IResult answer) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.Headers[ReplayedHeader] = "true";
            return answer.ExecuteAsync(context);
        }
    }
}
