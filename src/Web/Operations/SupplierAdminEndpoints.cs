using System.Security.Claims;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Web.Operations;

/// <summary>
/// <c>POST /api/operations/suppliers/{id}/sync</c> starts a run, <c>/pause</c> stops all calls to the supplier until <c>/resume</c>. They answer with
/// the supplier's status; the process that syncs the supplier follows within a second. The operator's user id is logged.
/// </summary>
internal sealed partial class SupplierAdminEndpoints(SupplierAdmin admin, ILogger<SupplierAdminEndpoints> logger)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/operations/suppliers/{id}/sync",
            (string id, ClaimsPrincipal user, SupplierAdminEndpoints endpoint, CancellationToken cancellationToken) =>
                endpoint.SyncAsync(id, user, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithTags("Operations").ProducesProblem(StatusCodes.Status404NotFound).WithName("SyncSupplier")
                .Produces<SuccessEnvelope<SupplierStatus>>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);
        endpoints.MapPost("/api/operations/suppliers/{id}/pause",
            (string id, ClaimsPrincipal user, SupplierAdminEndpoints endpoint, CancellationToken cancellationToken) =>
                endpoint.PauseAsync(id, user, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithTags("Operations").ProducesProblem(StatusCodes.Status404NotFound).WithName("PauseSupplier")
                .Produces<SuccessEnvelope<SupplierStatus>>();
        endpoints.MapPost("/api/operations/suppliers/{id}/resume",
            (string id, ClaimsPrincipal user, SupplierAdminEndpoints endpoint, CancellationToken cancellationToken) =>
                endpoint.ResumeAsync(id, user, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithTags("Operations").ProducesProblem(StatusCodes.Status404NotFound).WithName("ResumeSupplier")
                .Produces<SuccessEnvelope<SupplierStatus>>();
    }

    private async Task<IResult> SyncAsync(string id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await admin.SupplierAsync(id, cancellationToken) is not { } before) return ReadSuppliers.NoSuchSupplier;
        if (before.PausedAt is not null)
            return Problems.Of(
                StatusCodes.Status409Conflict, "supplier_paused", "This supplier is paused; resume it first.", ("pausedBy", before.PausedBy));
        await admin.RunNowAsync(id, user.UserId(), cancellationToken);
        LogSync(logger, user.UserId(), id);
        return TypedResults.Accepted((string?)null, new SuccessEnvelope<SupplierStatus>((await admin.SupplierAsync(id, cancellationToken))!));
    }

    private async Task<IResult> PauseAsync(string id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await admin.PauseAsync(id, user.UserId(), cancellationToken);
        return await AnswerAsync(id, () => LogPaused(logger, user.UserId(), id), cancellationToken);
    }

    private async Task<IResult> ResumeAsync(string id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await admin.ResumeAsync(id, cancellationToken);
        return await AnswerAsync(id, () => LogResumed(logger, user.UserId(), id), cancellationToken);
    }

    private async Task<IResult> AnswerAsync(string id, Action log, CancellationToken cancellationToken)
    {
        if (await admin.SupplierAsync(id, cancellationToken) is not { } status) return ReadSuppliers.NoSuchSupplier;
        log();
        return TypedResults.Ok(new SuccessEnvelope<SupplierStatus>(status));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{UserId} began a sync run of supplier {Supplier}")]
    private static partial void LogSync(ILogger logger, string userId, string supplier);

    [LoggerMessage(Level = LogLevel.Information, Message = "{UserId} paused supplier {Supplier}")]
    private static partial void LogPaused(ILogger logger, string userId, string supplier);

    [LoggerMessage(Level = LogLevel.Information, Message = "{UserId} resumed supplier {Supplier}")]
    private static partial void LogResumed(ILogger logger, string userId, string supplier);
}
