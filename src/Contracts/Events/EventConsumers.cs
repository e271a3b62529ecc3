namespace RealtimeTours.Contracts.Events;

/// <summary>The names of the durable consumers: queue <c>{prefix}.{name}</c>, dead letters <c>{prefix}.{name}.dlq</c>.</summary>
public static class EventConsumers
{
    public const string RealtimeHub = "realtime-hub";
    public const string CatalogSync = "catalog-sync";

    public const string Bookings = "bookings";
    public const string BookingSaga = "booking-saga";
    public const string Payments = "payments";
    public const string Vouchers = "vouchers";
    public const string Loyalty = "loyalty";

    /// <summary>Those of other hosts than Web: the host that shows dead letters is rarely the one whose consumer refused them.</summary>
    public static readonly IReadOnlyList<string> OfOtherHosts = [RealtimeHub, CatalogSync];
}
