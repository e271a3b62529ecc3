using System.Text.Json;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Web.OpenApi;

/// <summary>What a stranger can generate a client from.</summary>
public sealed class OpenApiDocumentTests(SqliteWeb web) : IClassFixture<SqliteWeb>
{
    [Theory]
    [InlineData("/api/bookings", "post", "201 400 401 403 404 409 422 429")]
    [InlineData("/api/bookings/{id}/cancel", "post", "200 401 403 404 409 422")]
    [InlineData("/api/tours/{id}/waiting-list", "post", "201 401 403 404 409 422")]
    [InlineData("/api/tours/{id}/waiting-list", "get", "200 401 403")]
    [InlineData("/api/tours", "post", "201 401 403 409 422")]
    public async Task Who_must_sign_in_finds_the_scheme_and_every_answer(string path, string method, string answers)
    {
        var document = await DocumentAsync();
        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString().ShouldBe("bearer");
        var operation = document.GetProperty("paths").GetProperty(path).GetProperty(method);
        operation.GetProperty("security")[0].TryGetProperty("bearer", out _).ShouldBeTrue();
        operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order().ShouldBe(answers.Split(' '));
    }

    [Fact]
    public async Task Anybody_may_read_tours_and_a_booking_needs_its_key()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");
        paths.GetProperty("/api/tours/{id}").GetProperty("get").TryGetProperty("security", out _).ShouldBeFalse();
        var key = paths.GetProperty("/api/bookings").GetProperty("post").GetProperty("parameters").EnumerateArray().Single();
        (key.GetProperty("name").GetString(), key.GetProperty("in").GetString(), key.GetProperty("required").GetBoolean())
            .ShouldBe(("Idempotency-Key", "header", true));
    }

    [Fact]
    public async Task Shapes_say_what_every_answer_has()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        Required(schemas.GetProperty("ProblemDetails")).ShouldBe(["code", "error", "success"]);
        var success = schemas.GetProperty("SuccessEnvelopeOfTourAnswer");
        Required(success).ShouldBe(["data", "success"]);
        success.GetProperty("properties").GetProperty("data").TryGetProperty("oneOf", out _).ShouldBeFalse(); // never null
        schemas.GetProperty("BookingView").GetProperty("properties").GetProperty("date").GetProperty("type").GetString().ShouldBe("string");
        schemas.GetProperty("TourSummary").GetProperty("properties").GetProperty("date").GetProperty("type").EnumerateArray()
            .Select(type => type.GetString()).ShouldBe(["null", "string"], ignoreOrder: true);
    }

    private static IEnumerable<string?> Required(JsonElement schema) =>
        schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal);

    private async Task<JsonElement> DocumentAsync()
    {
        using var client = web.SignedIn(null);
        return JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json")).RootElement;
    }
}
