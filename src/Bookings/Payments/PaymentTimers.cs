using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Repeats calls for open payments, with backoff, after the provider did not answer or the process that called it died.</summary>
internal sealed class PaymentTimers(AskGateway gateway, DueWorkParts parts) : DueSweep(parts, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    // Several at a time: one call that runs into its timeout must not delay the other payments.
    private const int Parallel = 8;

    protected override IReadOnlyList<DueWork> Works() => [InTable("payments", AskGateway.Payments, gateway.TryAsync, Parallel)];
}
