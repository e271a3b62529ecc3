namespace RealtimeTours.Tests.Servers;

public class SharedServersTests
{
    [Fact]
    public async Task All_three_servers_start_and_answer()
    {
        (await SharedServers.Redis).Port.ShouldBeGreaterThan(0);
        (await (await SharedServers.Postgres).CreateDatabaseAsync()).ShouldStartWith("postgres://");
        (await SharedServers.RabbitMq).Url.ShouldStartWith("amqp://");
    }
}
