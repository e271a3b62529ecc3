using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RealtimeTours.Platform.Hosting.Idempotency;

/// <summary>A stored answer: the JSON text of a success, or the <see cref="Refusal"/> of a failure.</summary>
public sealed class KeptAnswer
{
    public string BodyHash { get; set; } = "";
    public int StatusCode { get; set; }
    public string? Location { get; set; }
    public string Answer { get; set; } = "";

    public static KeptAnswer Created<T>(string location, T body) =>
        new() { StatusCode = StatusCodes.Status201Created, Location = location, Answer = JsonSerializer.Serialize(body, WireJson.Options) };

    public static KeptAnswer Refused(Refusal refusal) =>
        new() { StatusCode = refusal.Status, Answer = JsonSerializer.Serialize(refusal, WireJson.Options) };

    public IResult ToResult() => StatusCode >= 400
        ? JsonSerializer.Deserialize<Refusal>(Answer, WireJson.Options)!.ToResult()
        : new Success(this);

    private sealed class Success(KeptAnswer kept) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = kept.StatusCode;
            if (kept.Location is not null) context.Response.Headers.Location =
                context.Request.PathBase.ToUriComponent() + kept.Location; // stored without it, since it may change
            context.Response.ContentType = "application/json; charset=utf-8";
            var body = Encoding.UTF8.GetBytes(kept.Answer);
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        }
    }
}
