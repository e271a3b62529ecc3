using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary><c>GET /api/users?email=</c>: accounts, newest first, or the one with an address. Contacts have no roles here.</summary>
internal static class ListUsers
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/users", AnswerAsync).RequireSignedIn(Roles.Operator).WithName("ListUsers").WithTags("Users")
        .Produces<SuccessEnvelope<UserPage>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> AnswerAsync(
        string? email, string? limit, string? cursor, Database database, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor).IsRefused(out var refusal, out var paging)) return refusal;
        if (!string.IsNullOrEmpty(email) && !UserRules.IsEmail(email.Trim())) return RequestBody.Invalid(UserRules.EmailSentence, "bad_email");
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await UserTable.ListAccountsAsync(
            connection, string.IsNullOrEmpty(email) ? null : email, paging.Cursor, paging.Limit + 1, cancellationToken);
        var page = rows.Take(paging.Limit).Select(row => row.ToView()).ToArray();
        return TypedResults.Ok(new SuccessEnvelope<UserPage>(new UserPage(page, rows.Count > paging.Limit ? page[^1].Id : null)));
    }
}
