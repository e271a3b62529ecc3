using System.Net.Mail;
using System.Text.RegularExpressions;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary>What a user's details may be, whether they come by REST or by event.</summary>
internal static partial class UserRules
{
    public const string DefaultLanguage = "en";
    public const int MaxEmail = 254; // RFC 5321, less the angle brackets of its path
    public const int MaxName = 200;

    public const string EmailSentence = "email must be an e-mail address such as ada@example.com.";
    public const string NameSentence = "name must have 1 to 200 characters, in one line.";
    public const string LanguageSentence = "language must be a code such as en, fr or pt-BR.";
    public const string PhoneSentence = "phone must be in the international form, such as +33612345678.";

    /// <summary>Strict: what is sent to an address that is none is lost, or reaches somebody else.</summary>
    public static bool IsEmail(string? text) =>
        IsLine(text, MaxEmail) && MailAddress.TryCreate(text, out var address) && address.Address == text && address.Host.Contains('.');

    /// <summary>Addresses that differ in case alone are one.</summary>
    public static string EmailKey(string email) => email.Trim().ToLowerInvariant();

    public static bool IsName(string? text) => IsLine(text, MaxName);

    public static bool IsLanguage(string? text) => text is not null && Language().IsMatch(text);

    public static bool IsPhone(string? text) => text is not null && Phone().IsMatch(text);

    // A line end in a name would begin a new header in a mail.
    private static bool IsLine(string? text, int max) => RequestText.IsText(text, max) && !text!.AsSpan().ContainsAny('\n', '\r', '\t');

    [GeneratedRegex(@"^[a-z]{2}(-[A-Z]{2})?\z")]
    private static partial Regex Language();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z")]
    private static partial Regex Phone();
}
