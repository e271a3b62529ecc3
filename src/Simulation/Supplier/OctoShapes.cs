namespace RealtimeTours.Simulation.Supplier;

// The objects of the OCTO specification (docs.octo.travel). Required fields are always written, nulls included; a capability's only on request.

internal sealed record OctoCapability(string Id, int Revision, bool Required, string[] Dependencies, string? Docs);

internal sealed record OctoSupplier(string Id, string Name, string Endpoint, OctoSupplierContact Contact);

internal sealed record OctoSupplierContact(string? Website, string? Email, string? Telephone, string? Address);

internal sealed record OctoProduct(
    string Id, string InternalName, string? Reference, string Locale, string TimeZone, bool AllowFreesale, bool InstantConfirmation,
    bool InstantDelivery, bool AvailabilityRequired, string AvailabilityType, string[] DeliveryFormats, string[] DeliveryMethods,
    string RedemptionMethod, OctoOption[] Options)
{
    [OfCapability] public string? DefaultCurrency { get; init; }
    [OfCapability] public string[]? AvailableCurrencies { get; init; }
    [OfCapability] public string? PricingPer { get; init; }
    [OfCapability] public string? Title { get; init; }
    [OfCapability] public string? ShortDescription { get; init; }
    [OfCapability] public OctoLocation[]? Locations { get; init; }
    [OfCapability] public string[]? CategoryLabels { get; init; }
    [OfCapability] public int? DurationMinutesFrom { get; init; }
    [OfCapability] public int? DurationMinutesTo { get; init; }
    [OfCapability] public object[]? Features { get; init; }
    [OfCapability] public object[]? Faqs { get; init; }
    [OfCapability] public object[]? Media { get; init; }
    [OfCapability] public object[]? Commentary { get; init; }
}

internal sealed record OctoLocation(string? Title, string? ShortDescription, string[] Types, int? MinutesTo, int? MinutesAt, OctoPlace Place);

internal sealed record OctoPlace(OctoPostalAddress PostalAddress);

internal sealed record OctoPostalAddress(string? StreetAddress, string? AddressLocality, string? PostalCode, string? AddressCountry);

internal sealed record OctoOption(
    string Id, bool Default, string InternalName, string? Reference, string[] AvailabilityLocalStartTimes, string CancellationCutoff,
    int CancellationCutoffAmount, string CancellationCutoffUnit, string[] RequiredContactFields, OctoOptionRestrictions Restrictions,
    OctoUnit[] Units)
{
    [OfCapability] public string? Title { get; init; }
}

internal sealed record OctoOptionRestrictions(int? MinUnits, int? MaxUnits);

internal sealed record OctoUnit(
    string Id, string InternalName, string? Reference, string Type, OctoUnitRestrictions Restrictions, string[] RequiredContactFields)
{
    [OfCapability] public OctoPricing[]? PricingFrom { get; init; }
    [OfCapability] public string? Title { get; init; }
}

internal sealed record OctoUnitRestrictions(
    int MinAge, int MaxAge, bool IdRequired, int? MinQuantity, int? MaxQuantity, int PaxCount, string[] AccompaniedBy);

/// <summary>Amounts count the currency's smallest unit, which has <paramref name="CurrencyPrecision"/> decimals.</summary>
internal sealed record OctoPricing(int Original, int Retail, int? Net, string Currency, int CurrencyPrecision, object[] IncludedTaxes)
{
    [OfCapability] public string? UnitId { get; init; }
}

internal sealed record OctoAvailabilityRow(
    string Id, string LocalDateTimeStart, string LocalDateTimeEnd, DateTimeOffset UtcCutoffAt, bool AllDay, bool Available, string Status,
    int? Vacancies, int? Capacity, int? MaxUnits, OctoOpeningHours[] OpeningHours)
{
    [OfCapability] public OctoPricing[]? UnitPricing { get; init; }
}

internal sealed record OctoCalendarDay(
    DateOnly LocalDate, bool Available, string Status, int? Vacancies, int? Capacity, OctoOpeningHours[] OpeningHours)
{
    [OfCapability] public OctoPricing[]? UnitPricingFrom { get; init; }
}

internal sealed record OctoOpeningHours(string From, string To);
