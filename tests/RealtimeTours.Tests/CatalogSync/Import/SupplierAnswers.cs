using System.Text.Json;

namespace RealtimeTours.Tests.CatalogSync.Import;

/// <summary>What a supplier's server says: a product, the departures of one, in OCTO's words.</summary>
internal static class SupplierAnswers
{
    public static string Product(string id, string title, int? cents, params (string Id, string Name)[] options)
    {
        object Priced(int? retail) => retail is null ? Array.Empty<object>() : new[] { new { retail, currency = "EUR", currencyPrecision = 2 } };
        return JsonSerializer.Serialize(new
        {
            id, internalName = "internal", title, timeZone = "Europe/Lisbon", defaultCurrency = "EUR", durationMinutesFrom = 90,
            categoryLabels = new[] { "boat-tours" },
            locations = new object[]
            {
                new { types = new[] { "END" }, place = new { } },
                new { types = new[] { "START" }, place = new { postalAddress = new { addressLocality = "Porto" } } },
            },
            options = options.Select((option, i) => new
            {
                id = option.Id, internalName = option.Name, @default = i == 0, cancellationCutoffAmount = 47, cancellationCutoffUnit = "hour",
                units = new[] { new { id = "infant", type = "INFANT", pricingFrom = Priced(0) },
                    new { id = "adult", type = "ADULT", pricingFrom = Priced(cents) } },
            }),
        });
    }

    public static string Rows(params (DateTimeOffset Start, int Vacancies)[] rows) => JsonSerializer.Serialize(rows.Select(row => new
    {
        id = $"{row.Start:O}", localDateTimeStart = row.Start.ToOffset(TimeSpan.FromHours(1)),
        localDateTimeEnd = row.Start.AddHours(2).ToOffset(TimeSpan.FromHours(1)),
        status = row.Vacancies == 0 ? "SOLD_OUT" : "AVAILABLE", vacancies = row.Vacancies, capacity = 20,
    }));
}
