using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Hosting.Tokens;

namespace RealtimeTours.Tests.Platform.Hosting;

public sealed class HostDefaultsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _app = await StartAsync(_folder);
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    private static async Task<WebApplication> StartAsync(string folder)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = folder });
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.AddHostDefaults("test", PlatformSettings.Read(builder.Configuration, folder, standalone: false));
        var app = builder.Build();
        app.UseHostDefaults();
        app.MapGet("/me", (HttpContext context) => context.User.FindFirst("sub")!.Value).RequireAuthorization();
        app.MapGet("/guides", () => "guides").RequireAuthorization(policy => policy.RequireRole("guide"));
        app.MapGet("/broken", string () => throw new InvalidOperationException("a secret detail"));
        app.MapGet("/refused", () => Problems.Of(409, "sold_out", "Sold out.", ("availableSpots", 0)));
        await app.StartAsync();
        return app;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_signed_token_names_its_user_and_roles()
    {
        var token = _app.Services.GetRequiredService<TokenIssuer>().Sign("ada", ["guide"], TimeSpan.FromHours(1))!.Token;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        (await _client.GetStringAsync("/me")).ShouldBe("ada");
        (await _client.GetStringAsync("/guides")).ShouldBe("guides");
    }

    [Fact]
    public async Task No_token_a_changed_token_and_a_missing_role_are_problems_with_one_sentence()
    {
        (await ProblemAsync("/me", HttpStatusCode.Unauthorized)).GetProperty("error").GetString().ShouldNotBeNullOrEmpty();

        var token = _app.Services.GetRequiredService<TokenIssuer>().Sign("ada", [], TimeSpan.FromHours(1))!.Token;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await ProblemAsync("/guides", HttpStatusCode.Forbidden);

        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token[..^4] + "AAAA");
        await ProblemAsync("/me", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_exception_becomes_a_problem_that_tells_no_detail()
    {
        var problem = await ProblemAsync("/broken", HttpStatusCode.InternalServerError);
        problem.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_refusal_carries_its_code_and_extras()
    {
        var problem = await ProblemAsync("/refused", HttpStatusCode.Conflict);
        problem.GetProperty("code").GetString().ShouldBe("sold_out");
        problem.GetProperty("error").GetString().ShouldBe("Sold out.");
        problem.GetProperty("availableSpots").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("/refused")]
    [InlineData("/me")]
    [InlineData("/broken")]
    [InlineData("/nowhere")]
    public async Task Who_accepts_no_json_is_told_why_all_the_same(string path)
    {
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/csv");
        using var answer = await _client.GetAsync(path);
        await ProblemAsync(path, answer.StatusCode);
    }

    [Theory]
    [InlineData("req_mine", true)]
    [InlineData("has space", false)]
    public async Task The_callers_correlation_id_comes_back_where_it_is_usable(string sent, bool kept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/broken");
        request.Headers.TryAddWithoutValidation("X-Correlation-Id", sent);
        using var answer = await _client.SendAsync(request);

        var id = answer.Headers.GetValues("X-Correlation-Id").Single();
        if (kept) id.ShouldBe(sent);
        else id.ShouldStartWith("req_");
    }

    [Fact]
    public async Task A_second_host_in_this_process_counts_for_itself()
    {
        await using var other = await StartAsync(_folder);
        using var client = new HttpClient { BaseAddress = new Uri(other.Urls.First()) };
        await client.GetAsync("/refused");
        const string refusals = "http_server_request_duration_seconds_count{";
        (await client.GetStringAsync("/metrics")).Split('\n')
            .ShouldContain(line => line.StartsWith(refusals) && line.Contains("\"/refused\"") && line.EndsWith(" 1"));
        (await _client.GetStringAsync("/metrics")).ShouldNotContain("\"/refused\"");
    }

    [Fact]
    public async Task Health_and_metrics_answer()
    {
        (await _client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _client.GetStringAsync("/metrics")).ShouldContain("http_server_active_requests");
    }

    private async Task<JsonElement> ProblemAsync(string path, HttpStatusCode status)
    {
        using var answer = await _client.GetAsync(path);
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("success").GetBoolean().ShouldBeFalse();
        problem.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.String);
        return problem;
    }
}
