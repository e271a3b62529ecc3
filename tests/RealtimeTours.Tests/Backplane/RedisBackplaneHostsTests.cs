using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Backplane;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Backplane;

/// <summary>A hub written the ordinary way, on two web hosts, with the official client: what a user of the package sees.</summary>
public sealed class RedisBackplaneHostsTests : IAsyncLifetime
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}";
    private readonly List<WebApplication> _hosts = [];
    private readonly List<HubConnection> _clients = [];

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 2; i++) _hosts.Add(await StartHostAsync());
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        foreach (var host in _hosts) await host.DisposeAsync();
    }

    [Fact]
    public async Task Groups_users_others_and_single_clients_cross_hosts()
    {
        var (anna, annaId, annaHears) = await ConnectAsync(0, "anna");
        var (bert, _, bertHears) = await ConnectAsync(1, "bert");

        await bert.InvokeAsync("AddOther", annaId, "g");
        await bert.InvokeAsync("ToGroup", "g", "group");
        await bert.InvokeAsync("ToUser", "anna", "user");
        await bert.InvokeAsync("ToOthers", "others");
        await bert.InvokeAsync("ToClient", annaId, "client");

        await Eventually.ShouldBeTrueAsync(() => annaHears.Count == 4);
        annaHears.ShouldBe(["group", "user", "others", "client"]);
        bertHears.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hub_method_asks_a_client_of_the_other_host()
    {
        var (anna, annaId, _) = await ConnectAsync(0, "anna");
        var (bert, _, _) = await ConnectAsync(1, "bert");
        anna.On<int, Answer>("Double", number => new Answer(number * 2, "anna"));

        (await bert.InvokeAsync<Answer>("Ask", annaId, 21)).ShouldBe(new Answer(42, "anna"));

        (await Should.ThrowAsync<HubException>(() => bert.InvokeAsync<Answer>("Ask", "nobody", 21))).Message.ShouldContain("does not exist");
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_is_asked_ends_the_call()
    {
        var (anna, annaId, _) = await ConnectAsync(0, "anna");
        var (bert, _, _) = await ConnectAsync(1, "bert");
        var asked = new TaskCompletionSource();
        anna.On<int, Answer>("Double", async _ =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite);
            return new Answer(0, "never");
        });

        var call = bert.InvokeAsync<Answer>("Ask", annaId, 21);
        await asked.Task;
        await anna.DisposeAsync();

        (await Should.ThrowAsync<HubException>(() => call)).Message.ShouldContain("disconnected");
    }

    private async Task<WebApplication> StartHostAsync()
    {
        var redis = await SharedServers.Redis;
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR(o => (o.MaximumParallelInvocationsPerClient, o.EnableDetailedErrors) = (2, true));
        builder.Services.AddSingleton<IUserIdProvider, NameFromQuery>();
        builder.Services.AddBackplane<RelayHub>(RedisNodes.Settings(redis.Url, _prefix));
        var host = builder.Build();
        host.MapHub<RelayHub>("/relay");
        await host.StartAsync();
        return host;
    }

    private async Task<(HubConnection, string Id, ConcurrentQueue<string> Heard)> ConnectAsync(int host, string name)
    {
        var client = new HubConnectionBuilder().WithUrl($"{_hosts[host].Urls.Single()}/relay?access_token={name}").Build();
        var heard = new ConcurrentQueue<string>();
        client.On<string>("Hear", heard.Enqueue);
        await client.StartAsync();
        _clients.Add(client);
        return (client, client.ConnectionId!, heard);
    }

    internal sealed record Answer(int Number, string From);

    private sealed class NameFromQuery : IUserIdProvider
    {
        public string? GetUserId(HubConnectionContext connection) => connection.GetHttpContext()?.Request.Query["access_token"];
    }

    private sealed class RelayHub : Hub
    {
        public Task AddOther(string connectionId, string group) => Groups.AddToGroupAsync(connectionId, group);

        public Task ToGroup(string group, string text) => Clients.Group(group).SendAsync("Hear", text);

        public Task ToUser(string user, string text) => Clients.User(user).SendAsync("Hear", text);

        public Task ToOthers(string text) => Clients.Others.SendAsync("Hear", text);

        public Task ToClient(string connectionId, string text) => Clients.Client(connectionId).SendAsync("Hear", text);

        public Task<Answer> Ask(string connectionId, int number) => Clients.Client(connectionId).InvokeAsync<Answer>("Double", number, Context.ConnectionAborted);
    }
}
