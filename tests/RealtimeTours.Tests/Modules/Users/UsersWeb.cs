using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Modules.Users.Accounts;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Tests.Bookings.Bookings;
using RealtimeTours.Tests.Platform.Storage;

namespace RealtimeTours.Tests.Modules.Users;

/// <summary>Accounts on a real Kestrel. Each client has an address of its own, hashes are quick and counted, the clock stands still.</summary>
public abstract class UsersWeb : TestWeb
{
    public const string Password = "green-tram-4711";
    private const string AddressHeader = "X-Test-Address";
    private static int _addresses;

    internal CountingHasher Hasher { get; } = new();

    internal ManualTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    protected override IReadOnlyList<string> Modules => ["tours", "bookings", "payments", "users", "sign_in"];

    protected override void Change(WebApplicationBuilder builder, PlatformSettings settings)
    {
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IPasswordHasher<UserRow>>(Hasher);
        builder.Services.AddSingleton<IStartupFilter>(new AddressFromHeader());
    }

    /// <param name="address">Null for one that nobody else has.</param>
    public HttpClient Visitor(string? address = null)
    {
        var client = SignedIn(null);
        client.DefaultRequestHeaders.Add(AddressHeader, address ?? $"10.0.{Interlocked.Increment(ref _addresses) / 250}.{_addresses % 250 + 1}");
        return client;
    }

    public static string NewEmail() => $"u{Guid.NewGuid():N}@example.com";

    /// <summary>Signs somebody up and in.</summary>
    public async Task<Member> JoinAsync(params string[] roles)
    {
        var client = Visitor();
        var email = NewEmail();
        var id = (await client.SignUpAsync(email)).Data.GetProperty("user").GetProperty("id").GetString()!;
        if (roles.Length > 0)
            (await SignedIn("olga", "operator").SendAsync(HttpMethod.Put, $"/api/users/{id}/roles", new { roles })).Status.ShouldBe(200);
        client.Carry((await client.LogInAsync(email)).Token);
        return new Member(id, email, client);
    }

    /// <summary>As a foreign publisher sends it.</summary>
    public Task PublishAsync(string eventType, object data, DateTimeOffset? timestamp = null, string? eventId = null)
    {
        var envelope = new EventEnvelope(
            eventType, eventId ?? $"evt_{Guid.NewGuid():N}", timestamp ?? DateTimeOffset.UtcNow,
            JsonSerializer.SerializeToElement(data, WireJson.EventOptions));
        return Get<IEventBus>().PublishAsync(
            new OutgoingEvent(eventType, envelope.EventId, JsonSerializer.SerializeToUtf8Bytes(envelope, WireJson.EventOptions)));
    }

    private sealed class AddressFromHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[AddressHeader].ToString(), out var address))
                    context.Connection.RemoteIpAddress = address;
                return following(context);
            });
            next(app);
        };
    }
}

public sealed class SqliteUsersWeb : UsersWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(TestDatabases.SqliteIn(folder));
}

public sealed class PostgresUsersWeb : UsersWeb
{
    protected override Task<PlatformSettings> SettingsAsync(string folder) => TestDatabases.PostgresAsync(folder);
}

/// <param name="Client">Carries the member's token.</param>
public sealed record Member(string Id, string Email, HttpClient Client);

/// <summary>The framework's hasher with few iterations.</summary>
internal sealed class CountingHasher : PasswordHasher<UserRow>
{
    private int _checks;

    public CountingHasher() : base(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 1_000 }))
    {
    }

    public int Checks => Volatile.Read(ref _checks);

    public override PasswordVerificationResult VerifyHashedPassword(UserRow user, string hashedPassword, string providedPassword)
    {
        Interlocked.Increment(ref _checks);
        return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}

internal static class UserCalls
{
    public static Task<Answer> SignUpAsync(this HttpClient client, string email, string name = "Ada Lovelace", string password = UsersWeb.Password) =>
        client.SendAsync(HttpMethod.Post, "/api/signup", new { email, password, name });

    public static Task<Answer> TryLogInAsync(this HttpClient client, string email, string password = UsersWeb.Password) =>
        client.SendAsync(HttpMethod.Post, "/api/login", new { email, password });

    public static async Task<SignedInAnswer> LogInAsync(this HttpClient client, string email, string password = UsersWeb.Password)
    {
        var answer = await client.TryLogInAsync(email, password);
        answer.Status.ShouldBe(200);
        return answer.Data.Deserialize<SignedInAnswer>(WireJson.Options)!;
    }

    public static void Carry(this HttpClient client, string token) =>
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
}
