using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Resilience;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Asks the provider about one open payment, outside of any transaction, and stores its answer.</summary>
internal sealed class AskGateway(Database database, PaymentBook book, IPaymentGateway gateway, PaymentsSettings settings, ILogger<AskGateway> logger)
{
    private static readonly Backoff Backoff = new(First: TimeSpan.FromSeconds(2), Longest: TimeSpan.FromMinutes(5));

    /// <summary>Does nothing where somebody else is at it, or nothing is open. A failure leaves the payment to the next try.</summary>
    public async Task TryAsync(string paymentId, CancellationToken cancellationToken)
    {
        if (await database.InTransactionAsync(transaction => ClaimAsync(transaction, paymentId), cancellationToken) is not { } payment) return;
        GatewayAnswer answer;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.GatewayTimeout);
            answer = await (payment.ToState().Status switch
            {
                PaymentStatus.Initiated => gateway.ChargeAsync(payment.Id, payment.AmountCents, payment.Currency, payment.Method, limit.Token),
                PaymentStatus.Voiding => gateway.VoidAsync(payment.Id, limit.Token),
                _ => gateway.RefundAsync(payment.Id, payment.RefundCents, limit.Token),
            });
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            PaymentsLog.GatewayFailed(logger, payment.Id, payment.Attempt + 1, e.Message);
            return;
        }
        await StoreAsync(paymentId, answer, cancellationToken);
    }

    /// <summary>An answer of the provider, whichever way it came.</summary>
    /// <returns>False where there is no such payment.</returns>
    public async Task<bool> StoreAsync(string paymentId, GatewayAnswer answer, CancellationToken cancellationToken)
    {
        var state = await database.InTransactionAsync(async transaction =>
        {
            if (await book.FindAsync(transaction, paymentId) is not { } payment) return null;
            CorrelationContext.Begin(payment.CorrelationId, CorrelationContext.CausationId);
            var decision = PaymentDecision.Decide(payment.ToState(), answer);
            await book.WriteAsync(transaction, payment, decision);
            return decision.State;
        }, cancellationToken);
        return state is not null;
    }

    // The claim is the time of the next try: nobody else asks until then, and if this process dies, somebody does.
    private static async Task<PaymentRow?> ClaimAsync(WriteTransaction transaction, string paymentId)
    {
        var payment = await transaction.FirstOrDefaultAsync<PaymentRow>($"""
            SELECT {PaymentRow.Columns} FROM payments WHERE id = @paymentId AND due_at <= {transaction.Dialect.Clock(TimeSpan.Zero)}
            {transaction.Dialect.SkipLocked}
            """, new { paymentId });
        if (payment is null) return null;
        await transaction.ExecuteAsync(
            $"UPDATE payments SET attempt = attempt + 1, due_at = {transaction.Dialect.Clock(Backoff.After(payment.Attempt))} WHERE id = @paymentId", new { paymentId });
        return payment;
    }
}
