using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RealtimeTours.Platform.Backplane;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Redis;

namespace RealtimeTours.Tests.Backplane;

public sealed class BackplaneModuleTests
{
    [Fact]
    public async Task Without_Redis_the_hub_gets_SignalRs_own_manager()
    {
        await using var services = Build(redisUrl: null);

        services.GetRequiredService<HubLifetimeManager<Hub>>().ShouldBeOfType<DefaultHubLifetimeManager<Hub>>()
            .ShouldBeSameAs(services.GetRequiredService<DefaultHubLifetimeManager<Hub>>());
        services.GetService<RedisConnection>().ShouldBeNull();
        services.GetServices<SeamChoice>().ShouldContain(new SeamChoice("HubLifetimeManager<Hub>", "DefaultHubLifetimeManager"));
    }

    [Fact]
    public async Task With_Redis_the_hub_gets_the_manager_over_Redis_and_a_decorator_can_find_it()
    {
        await using var services = Build(redisUrl: "redis://127.0.0.1:1");

        services.GetRequiredService<HubLifetimeManager<Hub>>().ShouldBeOfType<RedisHubLifetimeManager<Hub>>()
            .ShouldBeSameAs(services.GetRequiredService<RedisHubLifetimeManager<Hub>>());
        services.GetRequiredService<HubLifetimeManager<SecondHub>>().ShouldBeOfType<RedisHubLifetimeManager<SecondHub>>();
        services.GetServices<RedisConnection>().Count().ShouldBe(1);
        services.GetRequiredService<IOptions<BackplaneOptions>>().Value.ChannelPrefix.ShouldBe("test");
        services.GetServices<SeamChoice>().ShouldContain(new SeamChoice("HubLifetimeManager<Hub>", "RedisHubLifetimeManager"));
    }

    [Fact]
    public async Task Values_that_cannot_work_are_refused()
    {
        await using var services = Build(redisUrl: "redis://127.0.0.1:1", options => options.MaxWaitingWrites = 0);

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<BackplaneOptions>>().Value).Message.ShouldContain("MaxWaitingWrites");
    }

    private static ServiceProvider Build(string? redisUrl, Action<BackplaneOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSignalR();
        services.AddBackplane<Hub>(RedisNodes.Settings(redisUrl), configure).AddBackplane<SecondHub>(RedisNodes.Settings(redisUrl));
        return services.BuildServiceProvider();
    }

    private sealed class SecondHub : Hub;
}
