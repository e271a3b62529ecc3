using System.Text;
using Microsoft.AspNetCore.Mvc;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.CatalogSync.Notifications;

/// <summary><c>POST /api/suppliers/{id}/notifications</c>: a hint that a product changed. It only makes the sync ask again soon.</summary>
/// <remarks>A burst of hints therefore costs one call, and a false hint changes no figure.</remarks>
public static class TakeSupplierNotifications
{
    public const string SignatureHeader = "X-Signature";

    public static void MapSupplierNotifications(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/api/suppliers/{id}/notifications", RunAsync)
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxBodyBytes)).ExcludeFromDescription();

    private static async Task<IResult> RunAsync(
        string id, HttpContext context, IServiceProvider services, TimeProvider time, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, cancellationToken); // answers 413 beyond the limit
        var body = copy.GetBuffer().AsMemory(0, (int)copy.Length);

        // An unknown supplier gets the same answer as a wrong signature: a caller without a secret cannot find out supplier ids.
        var secret = services.GetRequiredService<ConfiguredSuppliers>().Find(id)?.Settings.NotificationSecret;
        var header = context.Request.Headers[SignatureHeader];
        if (secret is null || MessageSignature.WhatIsWrong(Encoding.UTF8.GetBytes(secret), header, body.Span, time.GetUtcNow()) is not null)
            return Problems.Of(StatusCodes.Status401Unauthorized, "bad_signature",
                $"The header {SignatureHeader} is not a signature of this body under this supplier's secret, or its time lies too far from ours.");

        if (BodyEncoding.ToUtf8(context.Request, body).IsRefused(out var badEncoding, out var text)) return badEncoding;
        var notification = AvailabilityNotification.Read(text.Bytes);
        if (notification is AvailabilityNotification.Bad) return RequestBody.Invalid("The body must be a JSON object with a productId.");
        if (notification is AvailabilityNotification.Changed changed)
            await services.GetRequiredService<LinkedTours>().HintAsync(id, changed.ProductId, changed.OptionId, cancellationToken);
        return TypedResults.Accepted((string?)null);
    }
}
