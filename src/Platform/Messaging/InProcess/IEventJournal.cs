namespace RealtimeTours.Platform.Messaging.InProcess;

/// <summary>
/// Remembers for <see cref="InProcessEventBus"/> what a broker would keep on its disk: which consumers have an event still before them. Without one
/// (tests of the bus alone) queued events end with the process.
/// </summary>
internal interface IEventJournal
{
    /// <summary>Starts writing, and first gives back what consumers of the last process left unhandled.</summary>
    /// <param name="redeliver">Puts an event into a consumer's queue; false where there is no such consumer any more.</param>
    void Start(Func<string, OutgoingEvent, bool> redeliver);

    /// <summary>Completes when the event and its consumers are on the disk.</summary>
    /// <exception cref="EventBusUnavailableException">They are not; the event may have been handled all the same.</exception>
    Task RecordAsync(OutgoingEvent message, IReadOnlyList<string> consumers);

    /// <summary>The consumer needs the event no more: handled, or deleted by an operator. Never blocks.</summary>
    void Settled(string consumer, string eventId);
}
