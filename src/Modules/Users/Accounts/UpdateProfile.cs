using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary><c>PUT /api/me</c>: changes what is given; <c>user.updated</c> in the same commit. A contact's details are its publisher's.</summary>
internal sealed class UpdateProfile(Database database, EventFactory events)
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPut("/api/me", async (HttpContext context, UpdateProfile update, CancellationToken cancellationToken) =>
        {
            if ((await RequestBody.ReadAsync<UpdateProfileRequest>(context.Request, cancellationToken)).IsRefused(out var badBody, out var body))
                return badBody;
            return Refuse(body) ?? await update.RunAsync(context.User.UserId(), body, cancellationToken);
        })
        .RequireSignedIn()
        .WithName("UpdateProfile").WithTags("Users")
        .Accepts<UpdateProfileRequest>("application/json")
        .Produces<SuccessEnvelope<UserAnswer>>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private Task<IResult> RunAsync(string userId, UpdateProfileRequest request, CancellationToken cancellationToken) =>
        database.InTransactionAsync<IResult>(async transaction =>
        {
            if (await UserTable.LockAccountAsync(transaction, userId) is not { } user) return ReadProfile.NoSuchUser;
            var before = user.ToEvent();
            Apply(request, user);
            if (user.ToEvent() != before)
            {
                await UserTable.SetProfileAsync(transaction, user, events.Now);
                transaction.Announce(events.Create(EventTypes.UserUpdated, user.ToEvent()));
            }
            return TypedResults.Ok(new SuccessEnvelope<UserAnswer>(new UserAnswer(user.ToView())));
        }, cancellationToken);

    internal static void Apply(UpdateProfileRequest request, UserRow user)
    {
        user.Name = request.Name ?? user.Name;
        user.Language = request.Language ?? user.Language;
        if (request.Phone != UpdateProfileRequest.Unchanged) user.Phone = request.Phone; // null removes it
    }

    internal static IResult? Refuse(UpdateProfileRequest request) =>
        request.Name is { } name && !UserRules.IsName(name) ? RequestBody.Invalid(UserRules.NameSentence)
        : request.Language is { } language && !UserRules.IsLanguage(language) ? RequestBody.Invalid(UserRules.LanguageSentence)
        : request.Phone is not (null or UpdateProfileRequest.Unchanged) && !UserRules.IsPhone(request.Phone)
            ? RequestBody.Invalid(UserRules.PhoneSentence)
        : null;
}
