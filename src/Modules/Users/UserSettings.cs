using Microsoft.Extensions.Configuration;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Modules.Users.Passwords;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Modules.Users;

/// <param name="SignUpsPerMinute">The most accounts that one client's address may make, in each process.</param>
/// <param name="FirstOperator">Null if the environment names none.</param>
internal sealed record UserSettings(int SignUpsPerMinute, OperatorLogin? FirstOperator)
{
    /// <exception cref="InvalidSettingException">One half of the operator's login is missing or does not fit.</exception>
    public static UserSettings Read(IConfiguration configuration) => new(
        // Behind one address there may be a whole company, or a hall full of visitors.
        configuration.WholeNumber("Users:SignUpsPerMinute", "Users:SignUpsPerMinute", fallback: 300, min: 1, max: 1_000_000),
        ReadOperator(
            configuration.Text("OPERATOR_EMAIL", "Users:OperatorEmail"), configuration.Text("OPERATOR_PASSWORD", "Users:OperatorPassword")));

    private static OperatorLogin? ReadOperator(string? email, string? password)
    {
        switch (email, password)
        {
            case (null, null): return null;
            case (_, null): throw new InvalidSettingException("OPERATOR_EMAIL is set but OPERATOR_PASSWORD is not. Set both, or remove it.");
            case (null, _): throw new InvalidSettingException("OPERATOR_PASSWORD is set but OPERATOR_EMAIL is not. Set both, or remove it.");
        }
        if (!UserRules.IsEmail(email)) throw new InvalidSettingException("OPERATOR_EMAIL must be an e-mail address such as olga@example.com.");
        return PasswordRules.WeaknessOf(password, email, name: null) is { } weakness
            ? throw new InvalidSettingException($"OPERATOR_PASSWORD is refused: {weakness}")
            : new OperatorLogin(email, password);
    }
}

/// <summary>A class without a text of its own: a record would print the password.</summary>
internal sealed class OperatorLogin(string email, string password)
{
    public string Email => email;

    public string Password => password;
}
