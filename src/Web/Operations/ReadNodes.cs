using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.RealtimeHub.Nodes;

namespace RealtimeTours.Web.Operations;

/// <summary><c>GET /api/operations/nodes</c>: the hub nodes' figures, at most two seconds old, and each consumer's number of dead letters.</summary>
internal static class ReadNodes
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/operations/nodes", RunAsync).RequireSignedIn(Roles.Operator).WithName("ListNodes").WithTags("Operations")
            .Produces<SuccessEnvelope<NodesAnswer>>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> RunAsync(
        INodeStatus nodes, DeadLetterCounts deadLetters, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var all = await nodes.AllAsync(cancellationToken);
        var counts = deadLetters.Current;
        return TypedResults.Ok(new SuccessEnvelope<NodesAnswer>(new NodesAnswer(
            all, [.. deadLetters.Consumers.Select(name => new DeadLetterCount(name, counts.TryGetValue(name, out var count) ? count : null))])));
    }
}

/// <param name="DeadLetters">By consumer, counted at most five seconds ago.</param>
internal sealed record NodesAnswer(IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<DeadLetterCount> DeadLetters);
