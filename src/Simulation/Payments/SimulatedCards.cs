namespace RealtimeTours.Simulation.Payments;

/// <summary>The test cards of the simulated provider. A charge with any other token succeeds.</summary>
internal static class SimulatedCards
{
    public const string Pays = "pm_card_visa";
    public const string Declines = "pm_card_chargeDeclined";

    /// <summary>The card is charged, but the first call ends in a timeout without an answer.</summary>
    public const string TimesOut = "pm_card_timeout";

    /// <summary>Answers at once and twice more by webhook.</summary>
    public const string AnswersTwice = "pm_card_twice";

    /// <summary>Answers by webhook only, after <see cref="SimulatedPaymentsSettings.Delay"/>.</summary>
    public const string AnswersLate = "pm_card_late";

    public const string NeverAnswers = "pm_card_never";

    public static (string Outcome, int Webhooks, TimeSpan Delay) Behaviour(string method, TimeSpan late) => method switch
    {
        Declines => (SimulatedGateway.Outcomes.Declined, 0, TimeSpan.Zero),
        AnswersTwice => (SimulatedGateway.Outcomes.Succeeded, 2, TimeSpan.Zero),
        AnswersLate => (SimulatedGateway.Outcomes.Pending, 1, late),
        NeverAnswers => (SimulatedGateway.Outcomes.Pending, 0, TimeSpan.Zero),
        _ => (SimulatedGateway.Outcomes.Succeeded, 0, TimeSpan.Zero),
    };
}
