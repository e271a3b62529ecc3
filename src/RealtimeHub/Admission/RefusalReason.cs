namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>The values of <c>reason</c> in the metric <c>hub_refused_total</c>.</summary>
internal static class RefusalReason
{
    public const string Origin = "origin";
    public const string Token = "token";
    public const string TokenExpired = "token_expired";
    public const string NoHandshake = "handshake";
    public const string ConnectionsOfAddress = "address";
    public const string NegotiationsOfAddress = "negotiate";
    public const string Draining = "draining";
    public const string MessageRate = "message_rate";
    public const string MessageSize = "message_size";
    public const string Malformed = "malformed";
    public const string TourIdRate = "tour_id_rate";
    public const string WatchedTours = "watches";
}
