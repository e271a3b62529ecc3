using System.Net.Http.Headers;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Web.SignIn;

public sealed class DevelopmentSignInTests(SqliteWeb web) : IClassFixture<SqliteWeb>
{
    [Fact]
    public async Task A_token_names_its_user()
    {
        using var client = web.SignedIn(null);
        var answer = await PostAsync(client, """{"userId":"ada","roles":["guide"]}""");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.Body.GetProperty("token").GetString());
        (await client.GetAnswerAsync("/api/bookings")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"userId":""}""", 422)]
    [InlineData("""{"userId":"a\u0000b"}""", 422)]
    [InlineData("""{"userId":"ada","roles":[null]}""", 422)]
    [InlineData("{}", 422)]
    [InlineData("{", 422)]
    [InlineData("""{"userId":"ada"}""", 415, "text/plain")]
    public async Task A_bad_body_is_a_problem_with_one_sentence(string body, int status, string contentType = "application/json")
    {
        using var client = web.SignedIn(null);
        var answer = await PostAsync(client, body, contentType);
        answer.Status.ShouldBe(status);
        answer.Body.GetProperty("success").GetBoolean().ShouldBeFalse();
        answer.Body.GetProperty("error").GetString()!.ShouldContain(' ');
    }

    [Fact]
    public async Task A_wrong_method_is_answered_in_a_sentence()
    {
        using var client = web.SignedIn(null);
        var answer = await client.GetAnswerAsync("/api/dev/token");
        answer.Status.ShouldBe(405);
        answer.Body.GetProperty("error").GetString()!.ShouldContain("method");
    }

    private static async Task<Answer> PostAsync(HttpClient client, string body, string contentType = "application/json") =>
        await Answer.ReadAsync(await client.PostAsync("/api/dev/token", new StringContent(body, MediaTypeHeaderValue.Parse(contentType))));
}
