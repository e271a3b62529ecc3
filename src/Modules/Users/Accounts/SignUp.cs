using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Modules.Users.Passwords;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary><c>POST /api/signup</c>: a new account; <c>user.registered</c> in the same commit.</summary>
internal sealed class SignUp(Database database, PasswordHashing passwords, EventFactory events)
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/signup", async (HttpContext context, SignUp signUp, CancellationToken cancellationToken) =>
            (await RequestBody.ReadAsync<SignUpRequest>(context.Request, cancellationToken)).IsRefused(out var badBody, out var body)
                ? badBody
                : await signUp.RunAsync(body, cancellationToken))
        .RequireRateLimiting(SignUpRateLimit.Policy)
        .WithName("SignUp").WithTags("Users")
        .Accepts<SignUpRequest>("application/json")
        .Produces<SuccessEnvelope<UserAnswer>>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private async Task<IResult> RunAsync(SignUpRequest request, CancellationToken cancellationToken)
    {
        if (Refuse(request) is { } refused) return refused;
        var user = new UserRow
        {
            Id = Ids.New("usr_"), Email = request.Email, Name = request.Name, Language = request.Language ?? UserRules.DefaultLanguage,
            Phone = request.Phone, PasswordHash = await passwords.HashAsync(request.Password, cancellationToken),
        };
        // The unique index decides, so that of two sign-ups at once one is refused.
        var added = await database.InTransactionAsync(async transaction =>
        {
            if (!await UserTable.TryAddAccountAsync(transaction, user, events.Now)) return false;
            transaction.Announce(events.Create(EventTypes.UserRegistered, user.ToEvent()));
            return true;
        }, cancellationToken);
        return added
            ? TypedResults.Created("/api/me", new SuccessEnvelope<UserAnswer>(new UserAnswer(user.ToView())))
            : Problems.Of(StatusCodes.Status409Conflict, "email_taken", "There is an account with this e-mail address already; sign in instead.");
    }

    internal static IResult? Refuse(SignUpRequest request) =>
        !UserRules.IsEmail(request.Email) ? RequestBody.Invalid(UserRules.EmailSentence, "bad_email")
        : !UserRules.IsName(request.Name) ? RequestBody.Invalid(UserRules.NameSentence)
        : request.Language is { } language && !UserRules.IsLanguage(language) ? RequestBody.Invalid(UserRules.LanguageSentence)
        : request.Phone is { } phone && !UserRules.IsPhone(phone) ? RequestBody.Invalid(UserRules.PhoneSentence)
        : PasswordRules.Refuse(request.Password, "password", request.Email, request.Name);
}
