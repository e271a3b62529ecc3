using RealtimeTours.Bookings.Saga;

namespace RealtimeTours.Tests.Bookings.Saga;

/// <summary>The workflow as a function: what leads to what, and that nothing is asked for when it is over.</summary>
public class SagaDecisionTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly SagaState Paying = new(SagaStep.Paying, AmountMinor: 2_500, PayBy: Now.AddMinutes(10));

    private static readonly SagaEvent[] Events =
    [
        new SagaEvent.PaymentSucceeded(), new SagaEvent.PaymentFailed("no"), new SagaEvent.PaymentRefunded(), new SagaEvent.BookingConfirmed(),
        new SagaEvent.BookingFailed(),
        new SagaEvent.BookingCancelled(1_000), new SagaEvent.TimerFired(),
    ];

    [Fact]
    public void A_payment_that_does_not_come_releases_the_seats_when_its_time_is_over_and_refunds_what_may_still_come()
    {
        var waiting = SagaDecision.Decide(Paying, new SagaEvent.TimerFired(), Now);
        waiting.Commands.ShouldBe([new SagaCommand.RequestPayment()]);
        var over = SagaDecision.Decide(waiting.State, new SagaEvent.TimerFired(), Paying.PayBy);
        over.State.Step.ShouldBe(SagaStep.Releasing);
        over.Commands.ShouldBe([new SagaCommand.RequestRelease(SagaDecision.PaymentTimedOut)]);
        var released = SagaDecision.Decide(over.State, new SagaEvent.BookingFailed(), Paying.PayBy);
        released.State.Step.ShouldBe(SagaStep.Refunding);
        released.Commands.ShouldHaveSingleItem().ShouldBeOfType<SagaCommand.RequestRefund>().Minor.ShouldBe(2_500);
        SagaDecision.Decide(released.State, new SagaEvent.PaymentFailed("called off"), Paying.PayBy).State.Step.ShouldBe(SagaStep.Failed);
    }

    [Fact]
    public void Pauses_double_up_to_a_minute_and_end_with_the_saga()
    {
        Enumerable.Range(0, 8).Select(attempt => SagaDecision.BackoffOf(Paying with { Attempt = attempt })!.Value.TotalSeconds)
            .ShouldBe([2, 4, 8, 16, 32, 60, 60, 60]);
        SagaDecision.BackoffOf(Paying with { Attempt = 1_000 })!.Value.TotalSeconds.ShouldBe(60);
        foreach (var end in new[] { SagaStep.Completed, SagaStep.Failed, SagaStep.Cancelled }) SagaDecision.BackoffOf(Paying with { Step = end })
            .ShouldBeNull();
    }

    [Fact]
    public void In_every_state_that_can_be_reached_a_saga_waits_for_something_or_is_over()
    {
        var (reached, next) = (new HashSet<SagaState>(), new Queue<SagaState>([Paying]));
        while (next.TryDequeue(out var state))
        {
            if (!reached.Add(state with { Attempt = 0 })) continue;
            foreach (var now in new[] { Now, Paying.PayBy })
                foreach (var heard in Events)
                {
                    var decision = SagaDecision.Decide(state, heard, now);
                    if (decision.State.Ended) decision.Commands.ShouldBeEmpty($"{state} {heard}");
                    // An answer that comes twice changes nothing the second time, except that a command may be sent again.
                    if (heard is not SagaEvent.TimerFired) SagaDecision.Decide(decision.State, heard, now)
                        .Commands.ShouldBeEmpty($"{state} {heard} twice");
                    next.Enqueue(decision.State with { Attempt = 0 });
                }
            if (!state.Ended) SagaDecision.Decide(state, new SagaEvent.TimerFired(), Now).Commands.ShouldHaveSingleItem($"{state}");
        }
        // From each, its end can still be reached.
        foreach (var state in reached.Where(state => !state.Ended))
            Events.Concat(Events).Concat(Events).Aggregate(state, (at, heard) => SagaDecision.Decide(at, heard, Now).State)
                .Ended.ShouldBeTrue($"{state}");
        reached.Select(state => state.Step).Distinct().Count().ShouldBe(Enum.GetValues<SagaStep>().Length);
    }
}
