using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace RealtimeTours.Platform.Configuration;

/// <summary>Reads a setting by its environment variable or its ASP.NET Core name: the first that has a value counts.</summary>
public static class ConfigurationReading
{
    public static string? Text(this IConfiguration configuration, string variable, string section) =>
        Blank(configuration[variable]) ?? Blank(configuration[section]);

    public static int WholeNumber(this IConfiguration configuration, string variable, string section, int fallback, int min, int max)
    {
        if (configuration.Text(variable, section) is not { } text) return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        throw new InvalidSettingException($"{variable} is '{text}' but must be a whole number from {min} to {max}.");
    }

    private static string? Blank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
