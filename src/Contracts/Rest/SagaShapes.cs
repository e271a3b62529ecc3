namespace RealtimeTours.Contracts.Rest;

/// <summary><c>GET /api/bookings/{id}/saga</c>: how far the workflow of a booking has come.</summary>
/// <param name="Step">The last of <paramref name="Steps"/>.</param>
/// <param name="Attempts">How often the step's command was sent again.</param>
/// <param name="PayBy">After this time nobody waits for the payment any more.</param>
/// <param name="RefundAmount">What is to go back or has, in units of the booking's currency; 0 for nothing.</param>
public sealed record SagaView(
    string BookingId, string PaymentId, string Step, int Attempts, DateTimeOffset StartedAt, DateTimeOffset PayBy, decimal RefundAmount,
    IReadOnlyList<SagaStepView> Steps);

/// <param name="Step"><c>reserving</c>, <c>creating</c>, <c>paying</c>, <c>confirming</c>, <c>completed</c>; or back: <c>releasing</c>, <c>refunding</c>, <c>failed</c>, <c>cancelled</c>.</param>
/// <param name="Because">What led to it, such as <c>paymentSucceeded</c>.</param>
public sealed record SagaStepView(string Step, string Because, DateTimeOffset EnteredAt);

public sealed record SagaAnswer(SagaView Saga);
