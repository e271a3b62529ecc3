using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Tokens;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Hosting.Tokens;

/// <summary>Section <c>Authentication:Schemes:Bearer</c>. If it is empty, Development creates a key in the data folder; else none is valid.</summary>
/// <param name="ClockSkew">How far the clocks of issuers may be from ours: tokens are valid this much longer, and earlier.</param>
/// <param name="HasProvider">Whether an identity provider signs tokens too.</param>
internal sealed record TokenSettings(
    IReadOnlyList<string> Issuers, IReadOnlyList<string> Audiences, IReadOnlyList<SigningKey> Keys, TimeSpan ClockSkew, bool HasProvider)
{
    public const string Section = "Authentication:Schemes:Bearer";
    public static readonly TimeSpan LongestSkew = TimeSpan.FromHours(1);

    private const string DevelopmentIssuer = "realtimetours-development";
    private const string DevelopmentAudience = "realtimetours";

    /// <exception cref="InvalidSettingException">A value is invalid, or a missing one would let foreign tokens in.</exception>
    public static TokenSettings Read(IConfiguration configuration, IHostEnvironment environment, PlatformSettings platform)
    {
        var section = configuration.GetSection(Section);
        var provided = HasIdentityProvider(section);
        var issuers = Values(section, "ValidIssuer", "ValidIssuers");
        var audiences = Values(section, "ValidAudience", "ValidAudiences");
        var skew = ReadClockSkew(section.GetSection("ClockSkew"));
        SigningKey[] keys = [.. section.GetSection("SigningKeys").GetChildren().Select(key => ReadKey(key, issuers))];
        if (!provided && keys.Length == 0)
            return environment.IsDevelopment() && !platform.Distributed
                ? new TokenSettings([DevelopmentIssuer], [DevelopmentAudience], [DevelopmentKey(platform.MakeDataFolder())], skew, HasProvider: false)
                : new TokenSettings(issuers, audiences, [], skew, HasProvider: false);
        if (audiences.Length == 0)
            throw new InvalidSettingException(
                $"{section.Path}:ValidAudiences is not set: tokens that the issuer made for other applications would be let in. Set " +
                $"{section.Path}:ValidAudiences:0 to the audience (aud) of tokens for this system.");
        return new TokenSettings(issuers, audiences, keys, skew, provided);
    }

    private static TimeSpan ReadClockSkew(IConfigurationSection setting)
    {
        if (setting.Value is not { Length: > 0 } text) return TokenValidationParameters.DefaultClockSkew;
        return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var skew) && skew >= TimeSpan.Zero && skew <= LongestSkew
            ? skew
            : throw new InvalidSettingException($"{setting.Path} must be a duration from 00:00:00 to {LongestSkew:c}, such as 00:05:00.");
    }

    private static string[] Values(IConfigurationSection section, string one, string many) =>
        [.. section.GetSection(many).GetChildren().Select(child => child.Value).Append(section[one]).OfType<string>()
            .Where(value => !string.IsNullOrWhiteSpace(value)).Distinct()];

    // Validated at start: JwtBearer would find the mistake at the first request and answer every request with 500.
    private static bool HasIdentityProvider(IConfigurationSection section)
    {
        try
        {
            var options = section.Get<JwtBearerOptions>() ?? new JwtBearerOptions();
            CheckAddress(section.GetSection("Authority"), options);
            CheckAddress(section.GetSection("MetadataAddress"), options);
            if (options.BackchannelTimeout <= TimeSpan.Zero)
                throw new InvalidSettingException($"{section.Path}:BackchannelTimeout must be more than 00:00:00.");
            new JwtBearerPostConfigureOptions().PostConfigure(JwtBearerDefaults.AuthenticationScheme, options);
            options.Backchannel?.Dispose();
            return options.ConfigurationManager is not null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new InvalidSettingException($"{section.Path} cannot be used: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void CheckAddress(IConfigurationSection setting, JwtBearerOptions options)
    {
        if (setting.Value is not { Length: > 0 } address) return;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            throw new InvalidSettingException($"{setting.Path} must be the address of an identity provider such as https://login.example.com.");
        if (uri.Scheme == "http" && options.RequireHttpsMetadata)
            throw new InvalidSettingException($"{setting.Path} must use https, or set RequireHttpsMetadata beside it to false where that is safe.");
    }

    private static SigningKey ReadKey(IConfigurationSection section, string[] issuers)
    {
        var text = section["Value"] ?? "";
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length < 32)
            throw new InvalidSettingException(
                $"{section.Path}:Value is not a base64 key of at least 32 bytes. Make one with `openssl rand -base64 32`.");
        var issuer = section["Issuer"] ?? "";
        if (!issuers.Contains(issuer))
            throw new InvalidSettingException(
                $"{section.Path}:Issuer is '{issuer}', which is neither ValidIssuer nor one of ValidIssuers beside it: a key signs for its issuer " +
                $"alone, and only those issuers' tokens are taken.");
        return new SigningKey(issuer, new SymmetricSecurityKey(bytes[..length]));
    }

    private static SigningKey DevelopmentKey(string folder)
    {
        var file = Path.Combine(folder, "development-signing-key");
        if (!File.Exists(file)) File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return new SigningKey(DevelopmentIssuer, new SymmetricSecurityKey(Convert.FromBase64String(File.ReadAllText(file))));
    }
}

/// <param name="Issuer">The only issuer whose tokens this key signs.</param>
internal sealed record SigningKey(string Issuer, SymmetricSecurityKey Key);
