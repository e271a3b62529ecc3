namespace RealtimeTours.Platform.Messaging;

/// <summary>New ids with a prefix for their kind. They sort by creation time (UUID version 7, RFC 9562).</summary>
public static class Ids
{
    public static string New(string prefix) => prefix + Guid.CreateVersion7().ToString("N");
}
