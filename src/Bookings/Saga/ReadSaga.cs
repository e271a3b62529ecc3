using System.Text.Json;
using Dapper;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Saga;

/// <summary><c>GET /api/bookings/{id}/saga</c>: for the customer and for operators; a 404 for anybody else.</summary>
internal static class ReadSaga
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/bookings/{id}/saga", AnswerAsync).RequireSignedIn().WithName("GetBookingSaga").WithTags("Bookings")
        .Produces<SuccessEnvelope<SagaAnswer>>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> AnswerAsync(string id, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        if (!RequestText.IsId(id)) return NotFound;
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QueryFirstOrDefaultAsync<SagaRow>(new CommandDefinition(
            $"SELECT {SagaRow.Columns} FROM booking_sagas WHERE booking_id = @id", new { id }, cancellationToken: cancellationToken));
        if (row is null || (row.UserId != context.User.UserId() && !context.User.IsInRole(Roles.Operator))) return NotFound;
        var steps = await connection.QueryAsync<StepRow>(new CommandDefinition(
            "SELECT step AS Step, because AS Because, entered_at AS EnteredAt FROM booking_saga_steps WHERE booking_id = @id ORDER BY number",
            new { id }, cancellationToken: cancellationToken));
        return TypedResults.Ok(new SuccessEnvelope<SagaAnswer>(new SagaAnswer(new SagaView(
            row.BookingId, row.PaymentId, Camel(row.Step), row.Attempt, row.StartedAt, row.PayBy, row.Money(row.RefundMinor),
            [.. steps.Select(step => new SagaStepView(Camel(step.Step), Camel(step.Because), step.EnteredAt))]))));
    }

    private static IResult NotFound => Problems.Of(404, "no_such_saga", "You have no such booking, or it is not paid through us.");

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private sealed class StepRow
    {
        public string Step { get; set; } = "";
        public string Because { get; set; } = "";
        public DateTimeOffset EnteredAt { get; set; }
    }
}
