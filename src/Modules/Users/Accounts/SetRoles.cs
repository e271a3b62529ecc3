using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary><c>PUT /api/users/{id}/roles</c>: an operator says what an account may do. Its tokens with the old roles are revoked.</summary>
internal sealed class SetRoles(Database database, TokenGenerations generations)
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPut("/api/users/{id}/roles", async (string id, HttpContext context, SetRoles set, CancellationToken cancellationToken) =>
        {
            if ((await RequestBody.ReadAsync<SetRolesRequest>(context.Request, cancellationToken)).IsRefused(out var badBody, out var body))
                return badBody;
            if (!RequestText.IsId(id)) return ReadProfile.NoSuchUser;
            if (!body.Roles.All(Roles.All.Contains)) return RequestBody.Invalid($"roles may be {string.Join(" and ", Roles.All)} alone.");
            return await set.RunAsync(id, [.. Roles.All.Where(body.Roles.Contains)], cancellationToken);
        })
        .RequireSignedIn(Roles.Operator)
        .WithName("SetRoles").WithTags("Users")
        .Accepts<SetRolesRequest>("application/json")
        .Produces<SuccessEnvelope<UserAnswer>>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> RunAsync(string id, string[] roles, CancellationToken cancellationToken)
    {
        var (decision, user) = await database.InTransactionAsync(async transaction =>
        {
            var operators = await UserTable.LockOperatorsAsync(transaction); // first, by all: another order could deadlock
            var user = await UserTable.LockAccountAsync(transaction, id);
            var decision = Decide(user, operators, roles);
            if (decision is RolesDecision.Set)
            {
                await UserTable.SetRolesAsync(transaction, id, roles);
                await TokenGenerations.AdvanceAsync(transaction, id);
            }
            return (decision, user);
        }, cancellationToken);
        if (decision is RolesDecision.Refuse refused) return refused.Why.ToResult();
        if (decision is RolesDecision.Set) await generations.RefreshAsync(cancellationToken);
        return TypedResults.Ok(new SuccessEnvelope<UserAnswer>(new UserAnswer(user!.ToView(roles))));
    }

    /// <summary>Pure: without an operator nobody could give the role back.</summary>
    internal static RolesDecision Decide(UserRow? user, IReadOnlyList<string> operators, string[] roles)
    {
        if (user is null) return new RolesDecision.Refuse(new Refusal(StatusCodes.Status404NotFound, "no_such_user", "There is no such account."));
        if (user.RoleNames.ToHashSet().SetEquals(roles)) return new RolesDecision.Keep();
        return !roles.Contains(Roles.Operator) && operators is [var last] && last == user.Id
            ? new RolesDecision.Refuse(new Refusal(
                StatusCodes.Status409Conflict, "last_operator", "This is the last operator; give the role to somebody else first."))
            : new RolesDecision.Set();
    }
}

internal abstract record RolesDecision
{
    private RolesDecision()
    {
    }

    public sealed record Set : RolesDecision;

    /// <summary>They are as asked for: no token need die.</summary>
    public sealed record Keep : RolesDecision;

    public sealed record Refuse(Refusal Why) : RolesDecision;
}
