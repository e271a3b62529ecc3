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

    /// <summary>A number with decimals, such as minutes or seconds; written with a point.</summary>
    public static double Number(this IConfiguration configuration, string variable, string section, double fallback, double min, double max)
    {
        if (configuration.Text(variable, section) is not { } text) return fallback;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new InvalidSettingException(string.Create(
                CultureInfo.InvariantCulture, $"{variable} is '{text}' but must be a number from {min} to {max}."));
    }

    /// <returns>Null where it is not set.</returns>
    public static bool? Flag(this IConfiguration configuration, string variable, string section) =>
        configuration.Text(variable, section)?.ToLowerInvariant() switch
        {
            null => null,
            "true" => true,
            "false" => false,
            var other => throw new InvalidSettingException($"{variable} is '{other}' but must be true or false."),
        };

    private static string? Blank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
