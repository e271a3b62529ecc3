using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Section <c>Payments</c>.</summary>
/// <param name="WebhookSecret">Signs the provider's webhooks.</param>
/// <param name="GatewayTimeout">How long a call of the provider may take.</param>
internal sealed record PaymentsSettings(byte[] WebhookSecret, TimeSpan GatewayTimeout)
{
    private const int ShortestSecret = 16;

    /// <exception cref="InvalidSettingException">A value cannot be used; the message does not hold the secret.</exception>
    public static PaymentsSettings Read(IConfiguration configuration) => new(
        Secret(configuration["Payments:WebhookSecret"]),
        Seconds(configuration, "Payments:GatewayTimeout", 5));

    // Without one: the simulated provider runs in this process and needs nobody else to know it.
    private static byte[] Secret(string? text) => text switch
    {
        null or "" => RandomNumberGenerator.GetBytes(32),
        { Length: < ShortestSecret } => throw new InvalidSettingException($"Payments:WebhookSecret must have at least {ShortestSecret} characters."),
        _ => Encoding.UTF8.GetBytes(text),
    };

    /// <summary>A setting of the section in seconds, from 0.01 to 600.</summary>
    internal static TimeSpan Seconds(IConfiguration configuration, string name, double otherwise)
    {
        if (configuration[name] is not { Length: > 0 } text) return TimeSpan.FromSeconds(otherwise);
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.01 and <= 600
            ? TimeSpan.FromSeconds(seconds)
            : throw new InvalidSettingException($"{name} is '{text}' but must be a number of seconds from 0.01 to 600.");
    }
}
