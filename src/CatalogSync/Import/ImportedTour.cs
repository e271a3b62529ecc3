using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>A tour's public details as the supplier states them, cut to our limits.</summary>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/>.</param>
internal sealed record ImportedTour(
    string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone, int CancellationDays)
{
    private const int UsualCancellationDays = 2; // as the column's default

    /// <summary>Equal for equal details, in every process.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, WireJson.Options)));

    /// <summary>A missing city comes from the time zone, a missing length from a departure; without a price there is no tour.</summary>
    /// <param name="length">The length of a departure, for suppliers without octo/content; null where unknown.</param>
    /// <returns>The tour, or one sentence why there is none.</returns>
    public static TourReading Of(SupplierProduct product, SupplierOption option, TimeSpan? length)
    {
        if (PriceOf(product, option) is not { } price)
            return new TourReading.NotSellable("it has no price for an adult: the supplier needs the capability octo/pricing");
        if (price.Amount > Limits.MaxPrice) return new TourReading.NotSellable($"its price is above {Limits.MaxPrice} {price.Currency}");
        var name = Clean(product.Options.Count > 1 ? $"{product.Name}: {option.Name}" : product.Name);
        if (name.Length == 0) return new TourReading.NotSellable("it has no name");

        var zone = product.TimeZone is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out _) ? id : null;
        var hours = (option.DurationMinutes ?? product.DurationMinutes) is { } minutes ? minutes / 60.0 : length?.TotalHours ?? 1;
        return new TourReading.Sellable(new ImportedTour(
            name, Clean(product.Destination ?? CityOf(zone) ?? "Elsewhere"), CategoryOf(product.Category),
            Math.Clamp(Math.Round(hours, 2), 0.25, Limits.MaxTourHours), price.Amount, price.Currency, zone,
            Math.Clamp(option.CancellationDays ?? UsualCancellationDays, 0, Limits.MaxCancellationDays)));
    }

    private static SupplierPrice? PriceOf(SupplierProduct product, SupplierOption option) =>
        option.Prices.FirstOrDefault(price => price.Currency == product.Currency) ?? option.Prices.FirstOrDefault();

    // Lisbon from Europe/Lisbon, Buenos Aires from America/Argentina/Buenos_Aires.
    private static string? CityOf(string? zone) => zone?.Contains('/') == true ? zone[(zone.LastIndexOf('/') + 1)..].Replace('_', ' ') : null;

    // OCTO's category labels in the words of our catalogue; any other label is only made readable.
    private static string CategoryOf(string? label) => label switch
    {
        null => "Tour",
        "walking-tours" => "Walking",
        "food" => "Food & drink",
        "day-trips" => "Day trip",
        "boat-tours" => "Boat",
        "bike-tours" => "Cycling",
        "museums" => "Museum & monument",
        "live-music" => "Concert",
        "outdoors" => "Nature",
        _ => Clean(string.Concat(label[..1].ToUpper(CultureInfo.InvariantCulture), label[1..].Replace('-', ' '))),
    };

    private static string Clean(string text)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate becomes a replacement character
        {
            if (clean.Length + rune.Utf16SequenceLength > Limits.MaxTourText) break;
            clean.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }
        return clean.ToString().Trim();
    }
}

internal abstract record TourReading
{
    private TourReading()
    {
    }

    public sealed record Sellable(ImportedTour Tour) : TourReading;

    /// <param name="Why">One sentence.</param>
    public sealed record NotSellable(string Why) : TourReading;
}
