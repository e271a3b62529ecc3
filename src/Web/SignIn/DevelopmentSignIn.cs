using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Hosting.Tokens;

namespace RealtimeTours.Web.SignIn;

/// <summary><c>POST /api/dev/token {"userId","roles":[]}</c> → <c>{"token"}</c>: sign-in for the demo. 404 outside Development.</summary>
internal sealed class DevelopmentSignIn : IModule
{
    public string Name => "sign_in";

    private const int MaxRoleLength = 64;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        // TokenIssuer is registered with the host's defaults.
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        if (!endpoints.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment()) return;
        endpoints.MapPost("/api/dev/token", async (HttpContext context, TokenIssuer tokens, CancellationToken cancellationToken) =>
            {
                if ((await RequestBody.ReadAsync<TokenRequest>(context.Request, cancellationToken))
                    .IsRefused(out var badBody, out var body)) return badBody;
                if (!RequestText.IsId(body.UserId))
                    return RequestBody.Invalid($"userId must have 1 to {EventEnvelope.MaxIdLength} characters.", "bad_user_id");
                var roles = body.Roles ?? [];
                if (!roles.All(role => RequestText.IsText(role, MaxRoleLength)))
                    return RequestBody.Invalid($"each of roles must have 1 to {MaxRoleLength} characters.", "bad_roles");
                return tokens.Sign(body.UserId, roles, Lifetime) is { } signed
                    ? TypedResults.Ok(new TokenAnswer(signed.Token))
                    : Problems.Of(409, "no_signing_key", "No signing key is configured here: an identity provider signs the tokens.");
            })
            .WithName("SignInForDevelopment").WithTags("Development")
            .Accepts<TokenRequest>("application/json").Produces<TokenAnswer>()
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private sealed record TokenRequest(string UserId, IReadOnlyList<string>? Roles = null);

    private sealed record TokenAnswer(string Token);
}
