using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Simulation.Configuration;

namespace RealtimeTours.Simulation.Payments;

/// <summary>Delivers the simulated provider's late and double answers to this host's own webhook, over HTTP and signed, until it takes them.</summary>
internal sealed class SimulatedWebhooks(
    Database database, IPaymentGateway gateway, IServer server, PaymentsSettings settings, StorageReadiness readiness, TimeProvider time,
    ILogger<SimulatedWebhooks> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (gateway is not SimulatedGateway) return;
        try
        {
            await readiness.WhenReady(stoppingToken);
            using var timer = new PeriodicTimer(Every, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await OnceAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var key in await DueAsync(stoppingToken)) await DeliverAsync(key, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            SimulationLog.WebhooksNotDelivered(logger, e.Message);
        }
    }

    private async Task DeliverAsync(string key, CancellationToken stoppingToken)
    {
        // The card is charged before anybody hears of it.
        var charged = await database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            UPDATE simulated_charges SET outcome = @succeeded WHERE idempotency_key = @key AND webhooks_left > 0 AND outcome IN (@succeeded, @pending)
            """, new { key, succeeded = SimulatedGateway.Outcomes.Succeeded, pending = SimulatedGateway.Outcomes.Pending }), stoppingToken);
        if (charged == 0) return; // called off
        var body = JsonSerializer.SerializeToUtf8Bytes(new WebhookMessage(key, WebhookMessage.Succeeded), WireJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(OwnAddress(), ReceiveWebhook.Path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Sign(settings.WebhookSecret, body, time.GetUtcNow()));
        using var answer = await _http.SendAsync(request, stoppingToken);
        answer.EnsureSuccessStatusCode();
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "UPDATE simulated_charges SET webhooks_left = webhooks_left - 1 WHERE idempotency_key = @key AND webhooks_left > 0", new { key }), stoppingToken);
    }

    private async Task<IReadOnlyList<string>> DueAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenAsync(stoppingToken);
        return (await connection.QueryAsync<string>(new CommandDefinition($"""
            SELECT idempotency_key FROM simulated_charges
            WHERE webhooks_left > 0 AND webhook_at <= {database.Dialect.Clock(TimeSpan.Zero)} ORDER BY webhook_at LIMIT 100
            """, cancellationToken: stoppingToken))).AsList();
    }

    private Uri OwnAddress()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? throw new InvalidOperationException("This host does not listen yet.");
        return new Uri(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .Replace("://+", "://127.0.0.1", StringComparison.Ordinal).Replace("://*", "://127.0.0.1", StringComparison.Ordinal));
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }
}
