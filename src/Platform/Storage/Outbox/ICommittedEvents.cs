using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>Fast path: gets the events of this process's commits before their caller is answered. Other processes use the event bus.</summary>
public interface ICommittedEvents
{
    /// <summary>Called on the committing thread for every event, in order. Must be quick and never throw: the commit has happened.</summary>
    void Committed(OutgoingEvent committed);
}
