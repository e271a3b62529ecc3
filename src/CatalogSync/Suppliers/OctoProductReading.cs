using System.Text.Json;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Reads OCTO's products. One bad product does not spoil the list, unless its id is missing.</summary>
internal static class OctoProductReading
{
    private const int MaxPrecision = 4;

    public static SupplierProducts Products(JsonElement json)
    {
        var products = new List<SupplierProduct>();
        var unreadable = new List<UnreadableProduct>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in OctoFields.Array(json))
        {
            var id = OctoFields.Id(element, "id");
            if (!ids.Add(id)) throw new UnreadableAnswerException("Two products have the same id");
            try
            {
                products.Add(Product(element));
            }
            catch (UnreadableAnswerException e)
            {
                unreadable.Add(new UnreadableProduct(id, e.Message));
            }
        }
        return new SupplierProducts(products, unreadable);
    }

    public static SupplierProduct Product(JsonElement json, string askedId)
    {
        var product = Product(json);
        return product.Id == askedId ? product : throw new UnreadableAnswerException("The answer is about another product than the one asked for");
    }

    private static SupplierProduct Product(JsonElement json)
    {
        var options = OctoFields.Array(OctoFields.Property(json, "options")).Select(Option).ToArray();
        if (options.DistinctBy(option => option.Id).Count() != options.Length) throw new UnreadableAnswerException("Two options have the same id");
        return new SupplierProduct(
            OctoFields.Id(json, "id"), OctoFields.OptionalText(json, "title") ?? OctoFields.Text(json, "internalName"),
            OctoFields.OptionalText(json, "timeZone"), Destination(json), Category(json), OctoFields.Count(json, "durationMinutesFrom"),
            OctoFields.OptionalText(json, "defaultCurrency"), options);
    }

    private static SupplierOption Option(JsonElement json) => new(
        OctoFields.Id(json, "id"),
        OctoFields.OptionalText(json, "title") ?? OctoFields.OptionalText(json, "internalName") ?? OctoFields.Id(json, "id"),
        OctoFields.Optional(json, "default") is { ValueKind: JsonValueKind.True }, OctoFields.Count(json, "durationMinutesFrom"),
        CancellationDays(json), Prices(json));

    private static int? CancellationDays(JsonElement option) =>
        OctoFields.Count(option, "cancellationCutoffAmount") is not { } amount
            ? null
            : OctoFields.OptionalText(option, "cancellationCutoffUnit") switch
            {
                "day" => amount,
                "hour" => (amount + 23) / 24,
                "minute" => (amount + 1_439) / 1_440,
                _ => null,
            };

    // The adult's price where there is one: the first unit may be an infant, who goes for free.
    private static IReadOnlyList<SupplierPrice> Prices(JsonElement option)
    {
        var units = OctoFields.Elements(option, "units").ToArray();
        var adult = units.FirstOrDefault(unit => OctoFields.OptionalText(unit, "type") == "ADULT");
        var priced = adult.ValueKind == JsonValueKind.Object ? adult : units.FirstOrDefault();
        return [.. OctoFields.Elements(priced, "pricingFrom").Select(Price)];
    }

    private static SupplierPrice Price(JsonElement pricing)
    {
        var retail = OctoFields.Count(pricing, "retail") ?? throw new UnreadableAnswerException("retail is missing");
        var precision = OctoFields.Count(pricing, "currencyPrecision") ?? 2;
        if (precision > MaxPrecision) throw new UnreadableAnswerException($"currencyPrecision is above {MaxPrecision}");
        var currency = OctoFields.Text(pricing, "currency");
        if (Currencies.MinorUnits(currency) is not { } digits) throw new UnreadableAnswerException($"currency '{currency}' is not in ISO 4217");
        var amount = (decimal)retail;
        for (var i = 0; i < precision; i++) amount /= 10;
        return new SupplierPrice(decimal.Round(amount, digits, MidpointRounding.AwayFromZero), currency);
    }

    private static string? Destination(JsonElement product) => OctoFields.Elements(product, "locations")
        .OrderByDescending(
            location => OctoFields.Elements(location, "types").Any(type => type.ValueKind == JsonValueKind.String && type.ValueEquals("START")))
        .Select(location => OctoFields.Optional(location, "place") is { } place && OctoFields.Optional(place, "postalAddress") is { } address
            ? OctoFields.OptionalText(address, "addressLocality")
            : null)
        .FirstOrDefault(city => city is not null);

    private static string? Category(JsonElement product) => OctoFields.Elements(product, "categoryLabels")
        .Where(label => label.ValueKind == JsonValueKind.String).Select(OctoFields.TextOf)
        .FirstOrDefault(label => !string.IsNullOrWhiteSpace(label));
}
