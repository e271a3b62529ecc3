using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Simulation.Payments;

/// <summary>Sends the late and duplicate answers as signed webhooks to this host, and repeats each until the host accepts it.</summary>
internal sealed class SimulatedWebhooks(
    Database database, IPaymentGateway gateway, IServer server, PaymentsSettings settings, TimeProvider time,
    DueWorkParts parts) : DueSweep(parts, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    protected override IReadOnlyList<DueWork> Works() =>
        gateway is SimulatedGateway ? [new DueWork<string>("simulated-webhooks", Due(), DeliverAsync)] : [];

    private DueRows Due() => new(
        "idempotency_key", "simulated_charges", $"webhooks_left > 0 AND webhook_at <= {DueRows.Now(database.Dialect)}", Since: "webhook_at");

    private async Task DeliverAsync(string key, CancellationToken stoppingToken)
    {
        // The card is charged before the webhook tells of it.
        var charged = await database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            UPDATE simulated_charges SET outcome = @succeeded WHERE idempotency_key = @key AND webhooks_left > 0 AND outcome IN (@succeeded, @pending)
            """, new { key, succeeded = SimulatedGateway.Outcomes.Succeeded, pending = SimulatedGateway.Outcomes.Pending }), stoppingToken);
        if (charged == 0) return; // voided meanwhile
        var body = JsonSerializer.SerializeToUtf8Bytes(new WebhookMessage(key, WebhookMessage.Succeeded), WireJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(OwnAddress(), ReceiveWebhook.Path));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(ReceiveWebhook.SignatureHeader, MessageSignature.Sign(settings.WebhookSecret, body, time.GetUtcNow()));
        using var answer = await _http.SendAsync(request, stoppingToken);
        answer.EnsureSuccessStatusCode();
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE simulated_charges SET webhooks_left = webhooks_left - 1 WHERE idempotency_key = @key AND webhooks_left > 0", new { key }),
            stoppingToken);
    }

    private Uri OwnAddress()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("This host does not listen yet.");
        return new Uri(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .Replace("://+", "://127.0.0.1", StringComparison.Ordinal).Replace("://*", "://127.0.0.1", StringComparison.Ordinal));
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }
}
