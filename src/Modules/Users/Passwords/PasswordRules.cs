using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Modules.Users.Passwords;

/// <summary>Which passwords are refused as weak: length counts, not signs (NIST SP 800-63B); what everybody tries first is refused.</summary>
internal static class PasswordRules
{
    public const int MinLength = 10;
    public const int MaxLength = 256;

    private const string Resource = "Users/Passwords/common-passwords.txt";
    private static readonly FrozenSet<string> Common = ReadCommon();

    /// <param name="field">The password's name in the body.</param>
    /// <returns>The refusal, or null. The password itself is in no sentence.</returns>
    public static IResult? Refuse(string password, string field, string email, string name) =>
        password.Length > MaxLength ? RequestBody.Invalid($"{field} must have at most {MaxLength} characters.")
        : WeaknessOf(password, email, name) is { } weakness ? RequestBody.Invalid(weakness, "weak_password")
        : null;

    /// <param name="name">Null where it is not known.</param>
    /// <returns>One sentence, or null for a password that will do.</returns>
    public static string? WeaknessOf(string password, string email, string? name)
    {
        if (password.Length < MinLength) return $"A password must have at least {MinLength} characters.";
        if (password.Length > MaxLength) return $"A password must have at most {MaxLength} characters.";
        if (password.Distinct().Count() == 1) return "A password must not be one character over and over.";
        if (Same(password, email) || Same(password, email.Split('@')[0]) || (name is not null && Same(password, name)))
            return "A password must not be the e-mail address or the name.";
        return Common.Contains(password.ToLowerInvariant()) ? "This password is one of those that are tried first; choose another." : null;
    }

    private static bool Same(string password, string other) => string.Equals(password, other, StringComparison.OrdinalIgnoreCase);

    private static FrozenSet<string> ReadCommon()
    {
        using var reader = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream(Resource)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();
    }
}
