using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace RealtimeTours.Platform.Hosting;

/// <summary>
/// The section <c>Authentication:Schemes:Bearer</c> as ASP.NET Core documents it. In Development with nothing configured, a key of our own is made
/// and kept in the data folder, so that the demo's sign-in works and survives a restart.
/// </summary>
internal sealed record TokenSettings(
    string? Authority, bool RequireHttpsMetadata, IReadOnlyList<string> Issuers, IReadOnlyList<string> Audiences, IReadOnlyList<SigningKey> Keys)
{
    private const string DevelopmentIssuer = "realtimetours-development";
    private const string DevelopmentAudience = "realtimetours";

    public static TokenSettings Read(IConfiguration configuration, IHostEnvironment environment, PlatformSettings platform)
    {
        var section = configuration.GetSection("Authentication:Schemes:Bearer");
        var requireHttps = ReadRequireHttps(section);
        var settings = new TokenSettings(
            ReadAuthority(section, requireHttps),
            requireHttps,
            Values(section, "ValidIssuer", "ValidIssuers"),
            Values(section, "ValidAudience", "ValidAudiences"),
            section.GetSection("SigningKeys").GetChildren().Select(ReadKey).ToArray());
        return settings.Authority is null && settings.Keys.Count == 0 && environment.IsDevelopment() && !platform.Distributed
            ? settings with { Issuers = [DevelopmentIssuer], Audiences = [DevelopmentAudience], Keys = [DevelopmentKey(platform.MakeDataFolder())] }
            : settings;
    }

    private static string[] Values(IConfigurationSection section, string one, string many) =>
        section.GetSection(many).GetChildren().Select(child => child.Value).Append(section[one]).OfType<string>().Distinct().ToArray();

    private static bool ReadRequireHttps(IConfigurationSection section) => section["RequireHttpsMetadata"] switch
    {
        null or "" => true,
        var text when bool.TryParse(text, out var value) => value,
        var text => throw new InvalidSettingException($"{section.Path}:RequireHttpsMetadata is '{text}' but must be true or false."),
    };

    // JwtBearer would find out at the first request, and then answer every one with 500.
    private static string? ReadAuthority(IConfigurationSection section, bool requireHttps)
    {
        if (section["Authority"] is not { Length: > 0 } authority) return null;
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            throw new InvalidSettingException($"{section.Path}:Authority is '{authority}' but must be the address of an identity provider such as https://login.example.com.");
        if (uri.Scheme == "http" && requireHttps)
            throw new InvalidSettingException($"{section.Path}:Authority is '{authority}': it must use https, or set {section.Path}:RequireHttpsMetadata to false where that is safe.");
        return authority;
    }

    private static SigningKey ReadKey(IConfigurationSection section)
    {
        try
        {
            var bytes = Convert.FromBase64String(section["Value"] ?? "");
            if (bytes.Length >= 32) return new SigningKey(section["Issuer"], new SymmetricSecurityKey(bytes) { KeyId = section["Id"] });
        }
        catch (FormatException)
        {
            // said below, without the value
        }
        throw new InvalidSettingException($"{section.Path}:Value is not a base64 key of at least 32 bytes. Make one with `openssl rand -base64 32`.");
    }

    private static SigningKey DevelopmentKey(string folder)
    {
        var file = Path.Combine(folder, "development-signing-key");
        if (!File.Exists(file)) File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return new SigningKey(DevelopmentIssuer, new SymmetricSecurityKey(Convert.FromBase64String(File.ReadAllText(file))));
    }
}

/// <param name="Issuer">Null where the key is good for every valid issuer.</param>
internal sealed record SigningKey(string? Issuer, SymmetricSecurityKey Key);
