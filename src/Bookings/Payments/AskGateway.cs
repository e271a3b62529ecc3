using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Resilience;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Calls the provider about one open payment, outside of any transaction, and stores its answer.</summary>
internal sealed class AskGateway(Database database, PaymentBook book, IPaymentGateway gateway, PaymentsSettings settings, ILogger<AskGateway> logger)
{
    public static readonly DueTable<PaymentRow> Payments =
        new("payments", "id", PaymentRow.Columns, new Backoff(First: TimeSpan.FromSeconds(2), Longest: TimeSpan.FromMinutes(5)));

    /// <summary>Claims the payment; does nothing where another process has claimed it. A failed call is repeated after a backoff.</summary>
    public async Task TryAsync(string paymentId, CancellationToken cancellationToken)
    {
        var payment = await database.InTransactionAsync(transaction => Payments.ClaimAsync(transaction, paymentId), cancellationToken);
        if (payment is null) return;
        CorrelationContext.Begin(payment.CorrelationId, CorrelationContext.CausationId);
        GatewayAnswer answer;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.GatewayTimeout);
            answer = await (payment.ToState().Status switch
            {
                PaymentStatus.Initiated => gateway.ChargeAsync(payment.Id, payment.AmountMinor, payment.Currency, payment.Method, limit.Token),
                PaymentStatus.Voiding => gateway.VoidAsync(payment.Id, limit.Token),
                _ => gateway.RefundAsync(payment.Id, payment.RefundMinor, limit.Token),
            });
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            PaymentsLog.GatewayFailed(logger, payment.Id, payment.Attempt, e.Message);
            return;
        }
        await StoreAsync(paymentId, answer, cancellationToken);
    }

    /// <summary>Stores an answer of the provider, from a call or a webhook; false where there is no such payment.</summary>
    public async Task<bool> StoreAsync(string paymentId, GatewayAnswer answer, CancellationToken cancellationToken)
    {
        var state = await database.InTransactionAsync(async transaction =>
        {
            if (await book.LockAsync(transaction, paymentId) is not { } payment) return null;
            CorrelationContext.Begin(payment.CorrelationId, CorrelationContext.CausationId);
            var decision = PaymentDecision.Decide(payment.ToState(), answer);
            await book.WriteAsync(transaction, payment, decision);
            return decision.State;
        }, cancellationToken);
        return state is not null;
    }
}
