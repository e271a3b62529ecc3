using System.Reflection;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Tests.Servers;
using StackExchange.Redis;

namespace RealtimeTours.Tests.Backplane;

public class RedisUnsentCommandsTests
{
    private const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    [Theory]
    [InlineData(ConnectionType.Interactive)]
    [InlineData(ConnectionType.Subscription)]
    public async Task A_connection_whose_writer_was_not_woken_works_again(ConnectionType type)
    {
        await using var connection = (await SharedServers.Redis).Connect();
        var multiplexer = await connection.MultiplexerAsync();
        await multiplexer.GetDatabase().PingAsync();

        // As the client leaves it behind when its own ping comes into the queue too late to be sent with the connection's first commands.
        var server = ((Array)Member<MethodInfo>(multiplexer, "GetServerSnapshot").Invoke(multiplexer, null)!).GetValue(0)!;
        var bridge = Member<FieldInfo>(server, type == ConnectionType.Interactive ? "interactive" : "subscription").GetValue(server)!;
        Member<FieldInfo>(bridge, "inWriteQueue").SetValue(bridge, 1);

        var answer = type == ConnectionType.Interactive ? multiplexer.GetDatabase().PingAsync() : multiplexer.GetSubscriber().PingAsync();
        await answer.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static T Member<T>(object of, string name) where T : MemberInfo => (T)of.GetType().GetMember(name, Internal).First(member => member is T);
}
