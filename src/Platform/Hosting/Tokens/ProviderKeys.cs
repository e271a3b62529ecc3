using System.Diagnostics;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>
/// The identity provider's keys, looked up anew when a signature does not fit. JwtBearer does so only for a key id that it does not know, and
/// refuses the token meanwhile; but some providers give a new key the id of the old one.
/// </summary>
internal sealed class ProviderKeys
{
    // For a provider that does not answer.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task? _lookUp;
    private long _since;

    /// <summary>Validates a token whose signature did not fit once more, with the newest keys.</summary>
    /// <remarks>However many bad tokens come, they are asked for at most every <c>RefreshInterval</c>; all wait for one look-up.</remarks>
    public async Task<TokenValidationResult?> ValidateAgainAsync(string token, JwtBearerOptions options)
    {
        if (options.ConfigurationManager is not { } provider) return null; // the keys are in the settings
        await NewestAsync(provider, options.RefreshInterval);
        var rules = options.TokenValidationParameters.Clone();
        rules.ConfigurationManager = provider as BaseConfigurationManager;
        return await options.TokenHandlers[0].ValidateTokenAsync(token, rules);
    }

    private Task NewestAsync(IConfigurationManager<OpenIdConnectConfiguration> provider, TimeSpan atMostEvery)
    {
        lock (_gate)
        {
            if (_lookUp is null || (_lookUp.IsCompleted && Stopwatch.GetElapsedTime(_since) >= atMostEvery))
            {
                _since = Stopwatch.GetTimestamp();
                _lookUp = LookUpAsync(provider);
            }
            return _lookUp;
        }
    }

    // The provider's document is fetched in the background: until then the manager gives the old one.
    private static async Task LookUpAsync(IConfigurationManager<OpenIdConnectConfiguration> provider)
    {
        try
        {
            var before = await provider.GetConfigurationAsync(CancellationToken.None);
            provider.RequestRefresh();
            for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Longest; await Task.Delay(20))
                if (!ReferenceEquals(before, await provider.GetConfigurationAsync(CancellationToken.None))) return;
        }
        catch (Exception) // it is away: the old keys stay
        {
        }
    }
}
