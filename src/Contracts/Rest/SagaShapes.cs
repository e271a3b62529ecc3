namespace RealtimeTours.Contracts.Rest;

/// <summary><c>GET /api/bookings/{id}/saga</c>: the state of a booking's workflow.</summary>
/// <param name="Step">The current step, which is the last of <paramref name="Steps"/>.</param>
/// <param name="Attempts">How often the step's command was sent again.</param>
/// <param name="PayBy">The payment timeout: the booking fails if it is not paid by then.</param>
/// <param name="RefundAmount">The amount to refund or refunded, in units of the booking's currency; 0 for none.</param>
public sealed record SagaView(
    string BookingId, string PaymentId, string Step, int Attempts, DateTimeOffset StartedAt, DateTimeOffset PayBy, decimal RefundAmount,
    IReadOnlyList<SagaStepView> Steps);

/// <param name="Step">
/// <c>reserving</c>, <c>creating</c>, <c>paying</c>, <c>confirming</c>, <c>completed</c>; when compensating <c>releasing</c>, <c>refunding</c>,
/// <c>failed</c>, <c>cancelled</c>.
/// </param>
/// <param name="Because">The event that led to the step, such as <c>paymentSucceeded</c>.</param>
public sealed record SagaStepView(string Step, string Because, DateTimeOffset EnteredAt);

public sealed record SagaAnswer(SagaView Saga);
