using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// Hears the events of this process's own commits, right after the commit and before whoever committed gets an answer: what this process knows by itself it
/// need not wait for. Other processes hear of them through the event bus alone.
/// </summary>
public interface ICommittedEvents
{
    /// <summary>Called on the committing thread for every event, in the order they were announced. Quick, and never throws: the commit has happened.</summary>
    void Committed(OutgoingEvent committed);
}
