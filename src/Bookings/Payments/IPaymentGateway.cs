namespace RealtimeTours.Bookings.Payments;

/// <summary>
/// The payment provider. Every call may be repeated with the same key and then moves no money a second time; a call that throws may have moved it all the
/// same, and is repeated. Answers may also come later and more than once, as signed webhooks (<see cref="ReceiveWebhook"/>).
/// </summary>
public interface IPaymentGateway
{
    /// <param name="key">Of the payment; the provider's idempotency key.</param>
    /// <param name="method">A token of the provider, never a card's number.</param>
    Task<GatewayAnswer> ChargeAsync(string key, long amountCents, string currency, string method, CancellationToken cancellationToken);

    /// <summary>Calls a charge off whose outcome is not known: afterwards it never comes, and what was charged is back.</summary>
    Task<GatewayAnswer> VoidAsync(string key, CancellationToken cancellationToken);

    /// <param name="amountCents">At most what was charged.</param>
    Task<GatewayAnswer> RefundAsync(string key, long amountCents, CancellationToken cancellationToken);
}

public abstract record GatewayAnswer
{
    private GatewayAnswer()
    {
    }

    public sealed record Succeeded : GatewayAnswer;

    public sealed record Declined(string Reason) : GatewayAnswer;

    /// <summary>The provider does not know yet; a webhook will say, or the next call with the same key.</summary>
    public sealed record Pending : GatewayAnswer;

    /// <summary>Nothing was charged, and nothing will be.</summary>
    public sealed record Voided : GatewayAnswer;

    public sealed record Refunded(long AmountCents) : GatewayAnswer;
}
