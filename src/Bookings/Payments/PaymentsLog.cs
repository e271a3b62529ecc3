namespace RealtimeTours.Bookings.Payments;

internal static partial class PaymentsLog
{
    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The payment provider did not answer about {Payment} (attempt {Attempt}), asking again: {Reason}")]
    public static partial void GatewayFailed(ILogger logger, string payment, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A webhook was refused: {Reason}")]
    public static partial void WebhookRefused(ILogger logger, string reason);
}
