namespace RealtimeTours.Bookings.Payments;

/// <summary>The payment provider. Calls repeated with the same idempotency key move no money twice; one that throws may have moved it.</summary>
/// <remarks>A call that throws is repeated. Answers may also come later, and more than once, as webhooks (<see cref="ReceiveWebhook"/>).</remarks>
public interface IPaymentGateway
{
    /// <param name="key">The payment's id, used as the provider's idempotency key.</param>
    /// <param name="method">A token of the provider, never a card's number.</param>
    Task<GatewayAnswer> ChargeAsync(string key, long amountMinor, string currency, string method, CancellationToken cancellationToken);

    /// <summary>Cancels a charge whose outcome is unknown: it is not made later, and an amount already charged is refunded.</summary>
    Task<GatewayAnswer> VoidAsync(string key, CancellationToken cancellationToken);

    /// <param name="amountMinor">At most the amount charged.</param>
    Task<GatewayAnswer> RefundAsync(string key, long amountMinor, CancellationToken cancellationToken);
}

public abstract record GatewayAnswer
{
    private GatewayAnswer()
    {
    }

    public sealed record Succeeded : GatewayAnswer;

    public sealed record Declined(string Reason) : GatewayAnswer;

    /// <summary>The provider does not know yet: a webhook or the next call with the same key brings the outcome.</summary>
    public sealed record Pending : GatewayAnswer;

    /// <summary>Nothing was charged, and nothing will be.</summary>
    public sealed record Voided : GatewayAnswer;

    public sealed record Refunded(long AmountMinor) : GatewayAnswer;
}
