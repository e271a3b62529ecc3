namespace RealtimeTours.Platform.Backplane;

/// <summary>Redis did not take a message for the other nodes. The connections of this node have it; those of the others have not and will not get it.</summary>
public sealed class BackplaneUnavailableException(string message, Exception inner) : IOException(message, inner);
