namespace RealtimeTours.Contracts.Hub;

/// <summary>The hub's path, and the limits that every client can rely on.</summary>
public static class HubContract
{
    public const string Path = "/hubs/availability";
    public const int MaxToursPerCall = 200;
    public const int MaxWatchedPerConnection = 1_000;
    public const int MaxTourIdLength = EventEnvelope.MaxIdLength;
}
