using RealtimeTours.Bookings.Payments;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Simulation.Payments;

/// <summary>A payment provider for development and tests; the test card decides what happens (<see cref="SimulatedCards"/>).</summary>
/// <remarks>It commits to tables of its own before it answers, as another company's server would: they outlive this process.</remarks>
internal sealed class SimulatedGateway(Database database, SimulatedPaymentsSettings settings) : IPaymentGateway
{
    public async Task<GatewayAnswer> ChargeAsync(string key, long amountMinor, string currency, string method, CancellationToken cancellationToken)
    {
        var charge = await database.InTransactionAsync(transaction => BookChargeAsync(transaction, key, amountMinor, method), cancellationToken);
        if (charge.Calls == 1 && method == SimulatedCards.TimesOut)
            throw new TimeoutException("The simulated provider charged the card, but its answer got lost.");
        return charge.Outcome switch
        {
            Outcomes.Succeeded => new GatewayAnswer.Succeeded(),
            Outcomes.Pending => new GatewayAnswer.Pending(),
            Outcomes.Declined => new GatewayAnswer.Declined("The card was declined."),
            _ => new GatewayAnswer.Declined("The charge was called off."),
        };
    }

    public Task<GatewayAnswer> VoidAsync(string key, CancellationToken cancellationToken) => database.InTransactionAsync(async transaction =>
    {
        // An unknown idempotency key is stored as voided: a charge with it that arrives later finds that and charges nothing.
        var refunded = await transaction.FirstOrDefaultAsync<long>("""
            INSERT INTO simulated_charges (idempotency_key, method, amount_minor, outcome) VALUES (@key, '', 0, @voided)
            ON CONFLICT (idempotency_key) DO UPDATE SET
                refunded_minor = CASE WHEN simulated_charges.outcome = @succeeded THEN simulated_charges.amount_minor ELSE 0 END,
                outcome = CASE WHEN simulated_charges.outcome = @pending THEN @voided ELSE simulated_charges.outcome END,
                webhooks_left = 0
            RETURNING refunded_minor
            """, new { key, voided = Outcomes.Voided, succeeded = Outcomes.Succeeded, pending = Outcomes.Pending });
        var outcome =
            await transaction.FirstOrDefaultAsync<string>("SELECT outcome FROM simulated_charges WHERE idempotency_key = @key", new { key });
        return outcome == Outcomes.Succeeded ? (GatewayAnswer)new GatewayAnswer.Refunded(refunded) : new GatewayAnswer.Voided();
    }, cancellationToken);

    public Task<GatewayAnswer> RefundAsync(string key, long amountMinor, CancellationToken cancellationToken) =>
        database.InTransactionAsync(async transaction =>
    {
        var refunded = await transaction.FirstOrDefaultAsync<long?>("""
            UPDATE simulated_charges SET refunded_minor = CASE WHEN refunded_minor = 0 THEN @amountMinor ELSE refunded_minor END
            WHERE idempotency_key = @key AND outcome = @succeeded AND amount_minor >= @amountMinor RETURNING refunded_minor
            """, new { key, amountMinor, succeeded = Outcomes.Succeeded });
        return refunded is { } minor ? (GatewayAnswer)new GatewayAnswer.Refunded(minor)
            : throw new InvalidOperationException("The simulated provider has not charged so much.");
    }, cancellationToken);

    private async Task<ChargeRow> BookChargeAsync(WriteTransaction transaction, string key, long amountMinor, string method)
    {
        var (outcome, webhooks, delay) = SimulatedCards.Behaviour(method, settings.Delay);
        var row = await transaction.FirstOrDefaultAsync<ChargeRow>($"""
            INSERT INTO simulated_charges (idempotency_key, method, amount_minor, outcome, webhooks_left, webhook_at)
            VALUES (@key, @method, @amountMinor, @outcome, @webhooks, {transaction.Dialect.Clock(delay)})
            ON CONFLICT (idempotency_key) DO UPDATE SET calls = simulated_charges.calls + 1 RETURNING outcome AS Outcome, calls AS Calls
            """, new { key, method, amountMinor, outcome, webhooks });
        return row!;
    }

    internal static class Outcomes
    {
        public const string Succeeded = "succeeded";
        public const string Declined = "declined";
        public const string Pending = "pending";
        public const string Voided = "voided";
    }

    private sealed class ChargeRow
    {
        public string Outcome { get; set; } = "";
        public int Calls { get; set; }
    }
}
