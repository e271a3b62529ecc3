namespace RealtimeTours.Bookings.Payments;

/// <summary>Stands in where no payment provider is connected: declines every charge. Bookings paid at the desk need none.</summary>
internal sealed class NoPaymentGateway : IPaymentGateway
{
    private static readonly Task<GatewayAnswer> Declined =
        Task.FromResult<GatewayAnswer>(new GatewayAnswer.Declined("No payment provider is connected; please book without a payment method."));

    public Task<GatewayAnswer> ChargeAsync(string key, long amountMinor, string currency, string method, CancellationToken cancellationToken) =>
        Declined;

    public Task<GatewayAnswer> VoidAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<GatewayAnswer>(new GatewayAnswer.Voided());

    public Task<GatewayAnswer> RefundAsync(string key, long amountMinor, CancellationToken cancellationToken) =>
        throw new InvalidOperationException(
            "No payment provider is connected: money that another one has charged cannot be given back by this build.");
}
