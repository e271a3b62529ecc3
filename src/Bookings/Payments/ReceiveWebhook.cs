using System.Text.Json;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Bookings.Payments;

/// <summary><c>POST /api/payments/webhook</c>: the outcome of a payment. The provider's signature is checked; a duplicate changes nothing.</summary>
internal sealed class ReceiveWebhook(AskGateway gateway, PaymentsSettings settings, TimeProvider time, ILogger<ReceiveWebhook> logger)
{
    public const string Path = "/api/payments/webhook";
    public const string SignatureHeader = "Payment-Signature";
    private const int MaxBytes = 16 * 1024;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost(Path, (HttpContext context, ReceiveWebhook webhook, CancellationToken cancellationToken) =>
            webhook.RunAsync(context.Request, cancellationToken))
        .ExcludeFromDescription(); // for the provider alone

    private async Task<IResult> RunAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBytes) return Refused(413, "body_too_large", $"The body is larger than {MaxBytes} bytes.");
        var header = request.Headers[SignatureHeader];
        if (MessageSignature.WhatIsWrong(settings.WebhookSecret, header, body.AsSpan(0, length), time.GetUtcNow()) is { } wrong)
            return Refused(401, "bad_signature", wrong);
        if (BodyEncoding.ToUtf8(request, body.AsMemory(0, length)).IsRefused(out var badEncoding, out var text)) return badEncoding;
        if (Read(text.Bytes.Span) is not { } message || AnswerOf(message) is not { } answer)
            return Refused(422, "bad_body", "The body must be {paymentId, outcome, reason?}.");
        return await gateway.StoreAsync(message.PaymentId, answer, cancellationToken)
            ? TypedResults.NoContent()
            : Refused(404, "no_such_payment", "There is no such payment.");
    }

    private static WebhookMessage? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<WebhookMessage>(body, WireJson.Options) is { } message && RequestText.IsId(message.PaymentId) ? message
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static GatewayAnswer? AnswerOf(WebhookMessage message) => message.Outcome switch
    {
        WebhookMessage.Succeeded => new GatewayAnswer.Succeeded(),
        WebhookMessage.Declined => new GatewayAnswer.Declined(message.Reason ?? "The payment was declined."),
        _ => null,
    };

    private IResult Refused(int status, string code, string sentence)
    {
        PaymentsLog.WebhookRefused(logger, sentence);
        return Problems.Of(status, code, sentence);
    }
}

internal sealed record WebhookMessage(string PaymentId, string Outcome, string? Reason = null)
{
    public const string Succeeded = "succeeded";
    public const string Declined = "declined";
}
