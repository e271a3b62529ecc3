using System.Diagnostics.Metrics;

namespace RealtimeTours.Bookings.Saga;

internal sealed class SagaMetrics
{
    private readonly Counter<long> _stuck;

    public SagaMetrics(IMeterFactory meters) => _stuck = meters.Create("RealtimeTours.Bookings").CreateCounter<long>(
        "bookings.sagas.stuck", "{saga}", "Sagas that have waited unusually long in a step, once for each; they go on asking.");

    public void Stuck(SagaStep step) => _stuck.Add(1, new KeyValuePair<string, object?>("step", step.ToString()));
}
