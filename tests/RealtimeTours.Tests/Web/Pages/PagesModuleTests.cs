using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Web.Pages;

namespace RealtimeTours.Tests.Web.Pages;

/// <summary>The pages as a browser asks for them, over a real Kestrel. They are the built ones: this also proves that the build made them.</summary>
public class PagesModuleTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/tours/lisbon-alfama")]
    [InlineData("/tours/an.id.with.dots")]
    [InlineData("/bookings")]
    [InlineData("/no/such/page")]
    public async Task Every_address_a_visitor_may_open_answers_with_the_page(string path)
    {
        await using var host = await PagesHost.StartAsync();
        using var answer = await host.Browser.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("<div id=\"app\">");
        answer.Headers.CacheControl!.NoCache.ShouldBeTrue("a new release must reach a browser that has the old page");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'self'");
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/no-such-call")]
    [InlineData("/hubs/availability")]
    [InlineData("/health/live")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/assets/no-such-file.js")]
    [InlineData("/favicon.ico")]
    public async Task What_a_program_asks_for_is_never_answered_with_a_page(string path)
    {
        await using var host = await PagesHost.StartAsync();
        using var answer = await host.Browser.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Mapped_calls_keep_their_own_answers()
    {
        await using var host = await PagesHost.StartAsync();
        (await host.Browser.GetStringAsync("/api/mapped")).ShouldBe("mapped");
        using var wrongMethod = await host.Browser.PostAsync("/api/mapped", null);
        wrongMethod.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        using var posted = await host.Browser.PostAsync("/bookings", null);
        posted.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Assets_are_kept_for_ever_and_sent_compressed()
    {
        await using var host = await PagesHost.StartAsync();
        var page = await host.Browser.GetStringAsync("/");
        var script = page.Split("src=\"")[1].Split('"')[0];
        script.ShouldStartWith("/assets/");

        using var request = new HttpRequestMessage(HttpMethod.Get, script);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var answer = await host.Browser.SendAsync(request);
        answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
        answer.Content.Headers.ContentEncoding.ShouldContain("gzip");
        (await answer.Content.ReadAsByteArrayAsync()).Length.ShouldBeLessThan(120 * 1024, "a phone on a train loads this");
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    public async Task Browsers_learn_where_the_hub_is_and_whether_to_offer_the_demo_sign_in(string environment, bool demoSignIn)
    {
        await using var host = await PagesHost.StartAsync(environment, ("WEBSOCKET_PORT", "4007"));
        var config = await ConfigAsync(host);
        config.GetProperty("hubUrl").ValueKind.ShouldBe(JsonValueKind.Null);
        config.GetProperty("hubPort").GetInt32().ShouldBe(4007);
        config.GetProperty("demoSignIn").GetBoolean().ShouldBe(demoSignIn);
        config.GetProperty("accounts").GetBoolean().ShouldBe(environment == "Development", "a host has accounts where it can sign tokens");
        config.GetProperty("environment").GetString().ShouldBe(environment);
    }

    [Theory]
    [InlineData("https://live.example.com", "https://live.example.com/hubs/availability")]
    [InlineData("https://example.com/live/hubs/availability", "https://example.com/live/hubs/availability")]
    public async Task The_hubs_public_address_is_handed_on(string setting, string told)
    {
        await using var host = await PagesHost.StartAsync("Production", ("HUB_PUBLIC_URL", setting));
        (await ConfigAsync(host)).GetProperty("hubUrl").GetString().ShouldBe(told);
    }

    [Fact]
    public async Task An_address_of_the_hub_that_is_none_stops_the_start_and_names_the_variable()
    {
        var start = () => PagesHost.StartAsync("Production", ("HUB_PUBLIC_URL", "live.example.com"));
        (await start.ShouldThrowAsync<InvalidSettingException>()).Message.ShouldContain("HUB_PUBLIC_URL");
    }

    private static async Task<JsonElement> ConfigAsync(PagesHost host)
    {
        using var answer = await host.Browser.GetAsync("/config.json");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private sealed class PagesHost(WebApplication app) : IAsyncDisposable
    {
        public HttpClient Browser { get; } = new() { BaseAddress = new Uri(app.Urls.First()) };

        public static async Task<PagesHost> StartAsync(string environment = "Production", params (string Name, string Value)[] settings)
        {
            // The content root holds no pages: they are found beside the program, as where a host is started from elsewhere.
            var options = new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = Path.GetTempPath() };
            var builder = WebApplication.CreateBuilder(options);
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var keys = environment == "Development" ? new[] { new SigningKey("tests", new SymmetricSecurityKey(new byte[32])) } : [];
            builder.Services.AddSingleton(new TokenIssuer(
                new TokenSettings(["tests"], ["tests"], keys, TimeSpan.Zero, HasProvider: false), TimeProvider.System));
            var pages = new PagesModule();
            pages.AddTo(builder.Services, builder.Configuration);
            var app = builder.Build();
            pages.Map(app);
            app.MapGet("/api/mapped", () => "mapped");
            await app.StartAsync();
            return new PagesHost(app);
        }

        public async ValueTask DisposeAsync()
        {
            Browser.Dispose();
            await app.DisposeAsync();
        }
    }
}
