namespace RealtimeTours.Contracts.Hub;

/// <summary>Where the hub lives and the limits every client can count on.</summary>
public static class HubContract
{
    public const string Path = "/hubs/availability";
    public const int MaxToursPerCall = 200;
    public const int MaxWatchedPerConnection = 1_000;
    public const int MaxTourIdLength = EventEnvelope.MaxIdLength;
}
