using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;

namespace RealtimeTours.Web.OpenApi;

/// <summary>Serves the description of the REST interface at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiModule
{
    private const string BearerScheme = "bearer";

    public static void AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options => options
        .AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "RealtimeTours";
            document.Info.Description = "Tours with live seat counts, and bookings. Live updates: the SignalR hub, see docs/asyncapi.yaml.";
            document.AddComponent(BearerScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT",
                Description = "User id is the claim sub, roles are the claim role.",
            });
            return Task.CompletedTask;
        })
        .AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [] }];
            foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
                parameter.Required |= parameter.Name == IdempotentRequest.Header; // optional for the binder, so that our own error message names it
            return Task.CompletedTask;
        })
        .AddSchemaTransformer((schema, context, _) =>
        {
            Complete(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        }));

    public static void MapOpenApiDocument(this IEndpointRouteBuilder endpoints) => endpoints.MapOpenApi();

    /// <summary>Adds what the generator cannot see: how timestamps are written, and the members that every answer has.</summary>
    private static void Complete(OpenApiSchema schema, Type type)
    {
        if (type == typeof(DateTimeOffset)) schema.Type = JsonSchemaType.String;
        else if (type == typeof(DateTimeOffset?)) schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SuccessEnvelope<>)) Require(schema, "success");
        else if (type == typeof(ProblemDetails))
        {
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            schema.Properties["success"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Always false." };
            schema.Properties["error"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "One sentence for people." };
            schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For programs, such as sold_out." };
            Require(schema, "success", "error", "code");
        }
    }

    private static void Require(OpenApiSchema schema, params string[] names)
    {
        schema.Required ??= new HashSet<string>();
        foreach (var name in names) schema.Required.Add(name);
    }
}
