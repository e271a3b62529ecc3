using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Tests.Platform.Hosting.Tokens;

/// <summary>A host in Production with what every host has, and one endpoint for those signed in.</summary>
internal sealed class TokenHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TokenHost(WebApplication app) => _app = app;

    /// <param name="bearer">Settings below <c>Authentication:Schemes:Bearer</c>.</param>
    public static async Task<TokenHost> StartAsync(params (string Key, string Value)[] bearer)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
            bearer.ToDictionary(setting => $"Authentication:Schemes:Bearer:{setting.Key}", setting => (string?)setting.Value));
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.AddHostDefaults("test", PlatformSettings.Read(builder.Configuration, "/nowhere", standalone: false));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseHostDefaults();
        app.MapGet("/me", () => "me").RequireSignedIn();
        await app.StartAsync();
        return new TokenHost(app);
    }

    public async Task<HttpStatusCode> AskAsync(string token)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.GetAsync($"{_app.Urls.Single()}/me");
        return answer.StatusCode;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
