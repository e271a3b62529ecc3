using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Modules.Users.Accounts;

internal sealed class UserRow
{
    public string Id { get; set; } = "";
    public string Email { get; set; } = "";
    public string Name { get; set; } = "";
    public string Language { get; set; } = UserRules.DefaultLanguage;
    public string? Phone { get; set; }
    /// <summary>Null for a contact, who cannot sign in.</summary>
    public string? PasswordHash { get; set; }
    public string Roles { get; set; } = "";
    /// <summary>Of the tokens signed now; see <see cref="Platform.Hosting.Tokens.TokenGenerations"/>.</summary>
    public long Generation { get; set; }

    public string[] RoleNames => Roles.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public UserView ToView(IReadOnlyList<string>? roles = null) => new(Id, Email, Name, Language, roles ?? RoleNames, Phone);

    public UserRegistered ToEvent() => new(Id, Email, Name, Language, Phone);
}
