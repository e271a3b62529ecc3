using System.Text.Json.Serialization;

namespace RealtimeTours.Contracts.Rest;

/// <summary><c>POST /api/signup</c>.</summary>
/// <param name="Password">10 to 256 characters, none of the well-known ones.</param>
/// <param name="Language">Such as <c>fr</c> or <c>pt-BR</c>; <c>en</c> if absent.</param>
/// <param name="Phone">In the form +33612345678 (E.164).</param>
public sealed record SignUpRequest(string Email, string Password, string Name, string? Language = null, string? Phone = null);

/// <summary><c>POST /api/login</c>.</summary>
public sealed record SignInRequest(string Email, string Password);

/// <summary><c>PUT /api/me</c>: what is absent stays, and so do a name and a language that are null.</summary>
/// <param name="Phone">Null removes it; null and absent are not the same here.</param>
public sealed record UpdateProfileRequest(string? Name = null, string? Language = null, string? Phone = UpdateProfileRequest.Unchanged)
{
    /// <summary>What an absent phone is read as. No number looks like it.</summary>
    public const string Unchanged = "unchanged";
}

/// <summary><c>PUT /api/me/password</c>.</summary>
public sealed record ChangePasswordRequest(string Current, string New);

/// <summary><c>PUT /api/users/{id}/roles</c>.</summary>
/// <param name="Roles">All that the user shall have, of <see cref="Contracts.Roles.All"/>.</param>
public sealed record SetRolesRequest(IReadOnlyList<string> Roles);

/// <param name="Phone">Left out where there is none.</param>
public sealed record UserView(
    string Id, string Email, string Name, string Language, IReadOnlyList<string> Roles,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Phone = null);

public sealed record UserAnswer(UserView User);

/// <param name="Token">For the header <c>Authorization: Bearer …</c> and for the hub.</param>
public sealed record SignedInAnswer(string Token, DateTimeOffset ExpiresAt, UserView User);

/// <param name="Cursor">Pass as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record UserPage(IReadOnlyList<UserView> Users, string? Cursor);
