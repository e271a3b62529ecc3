using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Web.Operations;

/// <summary>
/// <c>GET /api/operations/suppliers</c>: the runs of each supplier; <c>GET /api/operations/suppliers/{id}/tours?result=failed</c>: its tours with the
/// age and result of their seat counts, and the reason of a failure. Both are paged.
/// </summary>
internal static class ReadSuppliers
{
    /// <summary>The answer for a supplier that no CatalogSync process has ever been configured with.</summary>
    public static IResult NoSuchSupplier => Problems.Of(StatusCodes.Status404NotFound, "no_such_supplier", "There is no such supplier.");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/operations/suppliers", ListAsync).RequireSignedIn(Roles.Operator).WithName("ListSuppliers").WithTags("Operations")
            .Produces<SuccessEnvelope<SupplierPage>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        endpoints.MapGet("/api/operations/suppliers/{id}/tours", ListToursAsync).RequireSignedIn(Roles.Operator).WithName("ListSupplierTours")
            .WithTags("Operations")
            .Produces<SuccessEnvelope<SupplierTourPage>>().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ListAsync(
        string? limit, string? cursor, SupplierAdmin admin, HttpContext context, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor).IsRefused(out var refusal, out var paging)) return refusal;
        context.Response.Headers.CacheControl = "no-store";
        var suppliers = await admin.SuppliersAsync(paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(
            new SuccessEnvelope<SupplierPage>(new SupplierPage(suppliers, suppliers.Count == paging.Limit ? suppliers[^1].Id : null)));
    }

    private static async Task<IResult> ListToursAsync(
        string id, string? result, string? limit, string? cursor, SupplierAdmin admin, HttpContext context, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor).IsRefused(out var refusal, out var paging)) return refusal;
        if (!string.IsNullOrEmpty(result) && !SyncResults.All.Contains(result))
            return RequestBody.Invalid($"result must be one of {string.Join(", ", SyncResults.All)}.", "bad_result");
        if (await admin.SupplierAsync(id, cancellationToken) is null) return NoSuchSupplier;
        context.Response.Headers.CacheControl = "no-store";
        var tours = await admin.ToursAsync(id, string.IsNullOrEmpty(result) ? null : result, paging.Cursor, paging.Limit, cancellationToken);
        return TypedResults.Ok(
            new SuccessEnvelope<SupplierTourPage>(new SupplierTourPage(tours, tours.Count == paging.Limit ? tours[^1].TourId : null)));
    }
}
