using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Modules.Users.Passwords;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.SignIn;

/// <summary><c>PUT /api/me/password</c>: the answer has a fresh token, and all older ones die. Wrong guesses count as they do at sign-in.</summary>
internal sealed class ChangePassword(
    Database database, CheckPassword check, PasswordHashing passwords, TokenIssuer issuer, TokenGenerations generations)
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPut("/api/me/password", async (HttpContext context, ChangePassword change, CancellationToken cancellationToken) =>
        {
            if ((await RequestBody.ReadAsync<ChangePasswordRequest>(context.Request, cancellationToken)).IsRefused(out var badBody, out var body))
                return badBody;
            if (body.Current.Length is 0 or > PasswordRules.MaxLength)
                return RequestBody.Invalid($"current must have 1 to {PasswordRules.MaxLength} characters.");
            return await change.RunAsync(body, context, cancellationToken);
        })
        .RequireSignedIn()
        .WithName("ChangePassword").WithTags("Users")
        .Accepts<ChangePasswordRequest>("application/json")
        .Produces<SuccessEnvelope<SignedInAnswer>>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private async Task<IResult> RunAsync(ChangePasswordRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        UserRow? user;
        await using (var connection = await database.OpenAsync(cancellationToken))
            user = await UserTable.FindAsync(connection, context.User.UserId(), cancellationToken);
        if (user is not { PasswordHash: { } before }) return ReadProfile.NoSuchUser;
        if (PasswordRules.Refuse(request.New, "new", user.Email, user.Name) is { } weak) return weak;
        switch (await check.RunAsync(user.Email, user, request.Current, context.Connection.RemoteIpAddress, cancellationToken))
        {
            case PasswordCheck.Throttled throttled: return SignInWithPassword.TooManyFailures(context, throttled);
            case PasswordCheck.Wrong: return WrongCurrent;
        }
        var hash = await passwords.HashAsync(request.New, cancellationToken);
        var generation = await database.InTransactionAsync(
            async transaction => await UserTable.ChangePasswordAsync(transaction, user.Id, before, hash)
                ? await TokenGenerations.AdvanceAsync(transaction, user.Id)
                : (long?)null,
            cancellationToken);
        if (generation is null) return WrongCurrent; // another request has changed it meanwhile
        await generations.RefreshAsync(cancellationToken);
        return TypedResults.Ok(SignInWithPassword.SignedIn(issuer, user, generation.Value));
    }

    // Not 401: the token is good, and clients would take the session for ended.
    private static IResult WrongCurrent =>
        Problems.Of(StatusCodes.Status403Forbidden, "bad_credentials", "The current password is wrong.");
}
