namespace RealtimeTours.Platform.Messaging.InProcess;

/// <summary>Stores for <see cref="InProcessEventBus"/> what a broker has on disk: which consumers have not handled an event yet.</summary>
internal interface IEventJournal
{
    /// <summary>Redelivers what consumers of the previous process left unhandled, then starts to write.</summary>
    /// <param name="redeliver">Puts an event into a consumer's queue; false if the consumer no longer exists.</param>
    void Start(Func<string, OutgoingEvent, bool> redeliver);

    /// <summary>Completes when the event and its consumers are on disk.</summary>
    /// <exception cref="EventBusUnavailableException">They are not; the event may have been handled nevertheless.</exception>
    Task RecordAsync(OutgoingEvent message, IReadOnlyList<string> consumers);

    /// <summary>The consumer is done with the event: handled, or deleted by an operator. Never blocks.</summary>
    void Settled(string consumer, string eventId);
}
