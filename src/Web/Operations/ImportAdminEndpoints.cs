using System.Security.Claims;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Web.Operations;

/// <summary><c>GET /api/operations/suppliers/{id}/import</c>: the state of a supplier's product import; <c>POST</c> starts one.</summary>
internal sealed partial class ImportAdminEndpoints(ImportAdmin imports, ILogger<ImportAdminEndpoints> logger)
{
    private const string Path = "/api/operations/suppliers/{id}/import";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, (string id, ImportAdminEndpoints endpoint, CancellationToken cancellationToken) =>
            endpoint.ReadAsync(id, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithName("ReadSupplierImport").WithTags("Operations")
            .Produces<SuccessEnvelope<SupplierImport>>().ProducesProblem(StatusCodes.Status404NotFound);
        endpoints.MapPost(Path, (string id, ClaimsPrincipal user, ImportAdminEndpoints endpoint, CancellationToken cancellationToken) =>
            endpoint.BeginAsync(id, user, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithName("ImportSupplier").WithTags("Operations")
            .Produces<SuccessEnvelope<SupplierImport>>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private async Task<IResult> ReadAsync(string id, CancellationToken cancellationToken) =>
        await imports.OfSupplierAsync(id, cancellationToken) is { } import ? TypedResults.Ok(new SuccessEnvelope<SupplierImport>(import))
            : NothingImported;

    private async Task<IResult> BeginAsync(string id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!await imports.ImportNowAsync(id, cancellationToken)) return NothingImported;
        LogBegun(logger, user.UserId(), id);
        return TypedResults.Accepted((string?)null, new SuccessEnvelope<SupplierImport>((await imports.OfSupplierAsync(id, cancellationToken))!));
    }

    private static IResult NothingImported =>
        Problems.Of(StatusCodes.Status404NotFound, "no_such_import", "Nothing is imported from a supplier of this name.");

    [LoggerMessage(Level = LogLevel.Information, Message = "{UserId} began an import of supplier {Supplier}")]
    private static partial void LogBegun(ILogger logger, string userId, string supplier);
}
