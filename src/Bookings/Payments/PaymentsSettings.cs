using System.Security.Cryptography;
using System.Text;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Section <c>Payments</c>: the secret that signs the provider's webhooks, and the timeout of one call to the provider.</summary>
internal sealed record PaymentsSettings(byte[] WebhookSecret, TimeSpan GatewayTimeout)
{
    private const int ShortestSecret = 16;

    /// <exception cref="InvalidSettingException">A value cannot be used; the message does not show the secret.</exception>
    public static PaymentsSettings Read(IConfiguration configuration) => new(
        Secret(configuration["Payments:WebhookSecret"]),
        Seconds(configuration, "Payments:GatewayTimeout", 5));

    // Without a secret a random one is enough: the simulated provider runs in this process and shares it.
    private static byte[] Secret(string? text) => text switch
    {
        null or "" => RandomNumberGenerator.GetBytes(32),
        { Length: < ShortestSecret } => throw new InvalidSettingException($"Payments:WebhookSecret must have at least {ShortestSecret} characters."),
        _ => Encoding.UTF8.GetBytes(text),
    };

    /// <summary>Reads a setting in seconds, from 0.01 to 600.</summary>
    internal static TimeSpan Seconds(IConfiguration configuration, string name, double fallback) =>
        TimeSpan.FromSeconds(configuration.Number(name, name, fallback, min: 0.01, max: 600));
}
