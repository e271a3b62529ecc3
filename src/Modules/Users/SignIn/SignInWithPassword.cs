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

/// <summary><c>POST /api/login</c>: a token for REST and the hub. Neither the answer nor its time tells whether an address has an account.</summary>
internal sealed class SignInWithPassword(Database database, CheckPassword check, PasswordHashing passwords, TokenIssuer issuer)
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/login", async (HttpContext context, SignInWithPassword signIn, CancellationToken cancellationToken) =>
        {
            if ((await RequestBody.ReadAsync<SignInRequest>(context.Request, cancellationToken)).IsRefused(out var badBody, out var body))
                return badBody;
            if (!RequestText.IsText(body.Email, UserRules.MaxEmail)) return RequestBody.Invalid(UserRules.EmailSentence);
            if (body.Password.Length is 0 or > PasswordRules.MaxLength)
                return RequestBody.Invalid($"password must have 1 to {PasswordRules.MaxLength} characters.");
            return await signIn.RunAsync(body, context, cancellationToken);
        })
        .WithName("SignIn").WithTags("Users")
        .Accepts<SignInRequest>("application/json")
        .Produces<SuccessEnvelope<SignedInAnswer>>()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private async Task<IResult> RunAsync(SignInRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        UserRow? user;
        await using (var connection = await database.OpenAsync(cancellationToken))
            user = await UserTable.FindAccountAsync(connection, request.Email, cancellationToken);
        switch (await check.RunAsync(request.Email, user, request.Password, context.Connection.RemoteIpAddress, cancellationToken))
        {
            case PasswordCheck.Throttled throttled: return TooManyFailures(context, throttled);
            case PasswordCheck.Right right:
                if (right.HashIsOld) await RenewHashAsync(right.User, request.Password, cancellationToken);
                return TypedResults.Ok(SignedIn(issuer, right.User, right.User.Generation));
            default: return Problems.Of(StatusCodes.Status401Unauthorized, "bad_credentials", "The e-mail address or the password is wrong.");
        }
    }

    public static SuccessEnvelope<SignedInAnswer> SignedIn(TokenIssuer issuer, UserRow user, long generation)
    {
        var signed = issuer.Sign(user.Id, user.RoleNames, TokenLifetime, user.Name, generation)!;
        return new SuccessEnvelope<SignedInAnswer>(new SignedInAnswer(signed.Token, signed.ExpiresAt, user.ToView()));
    }

    public static IResult TooManyFailures(HttpContext context, PasswordCheck.Throttled throttled) =>
        RateLimits.TooMany(context.Response, throttled.RetryAfter, "Too many wrong passwords");

    // Only here is the password known that a hash with more iterations needs. The same password: tokens stay valid.
    private async Task RenewHashAsync(UserRow user, string password, CancellationToken cancellationToken)
    {
        var hash = await passwords.HashAsync(password, cancellationToken);
        await database.InTransactionAsync(
            transaction => UserTable.ChangePasswordAsync(transaction, user.Id, user.PasswordHash!, hash), cancellationToken);
    }
}
