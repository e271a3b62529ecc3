using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Goes on with payments that got stuck: the provider did not answer, or the process that asked it died.</summary>
internal sealed class PaymentTimers(AskGateway gateway, DueWorkParts parts) : DueSweep(parts, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    // A provider that hangs must not hold up the other payments.
    private const int Parallel = 8;

    protected override IReadOnlyList<DueWork> Works() => [InTable("payments", AskGateway.Payments, gateway.TryAsync, Parallel)];
}
