using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Redis;

namespace RealtimeTours.Tests.Platform.Redis;

public class RedisAddressTests
{
    [Theory]
    [InlineData("redis://host", "host:6379")]
    [InlineData("rediss://host", "host:6379,ssl=True")]
    [InlineData("REDIS://host:7/", "host:7")]
    [InlineData("redis://user%40home:p%2C%2F%3D@host:7/2", "host:7,user=user@home,password=p,/=,defaultDatabase=2")]
    [InlineData("redis://:secret@host/2?db=2", "host:6379,password=secret,defaultDatabase=2")]
    [InlineData("redis://user@host", "host:6379,user=user")]
    [InlineData("redis://host?username=u&password=p%2Cq", "host:6379,user=u,password=p,q")]
    [InlineData("redis://[::1]", "[::1]:6379")]
    [InlineData("rediss://user:secret@[2001:db8::1]:7/2", "[2001:db8::1]:7,user=user,password=secret,ssl=True,defaultDatabase=2")]
    [InlineData("redis://[::ffff:127.0.0.1]:7?db=2", "[::ffff:127.0.0.1]:7,defaultDatabase=2")]
    [InlineData("redis-sentinel://[::1],[::2]:7/mymaster", "[::1]:26379,[::2]:7,serviceName=mymaster")]
    [InlineData("[::1]:7,password=secret", "[::1]:7,password=secret")]
    [InlineData("redis://[::1]:7,one,two:8", "[::1]:7,one:6379,two:8")]
    [InlineData(
        "redis://host?client_name=web&protocol=3&sslHost=cache.example&ssl=true", "host:6379,name=web,ssl=True,sslHost=cache.example,protocol=resp3")]
    [InlineData("redis-sentinel://one,two:7/mymaster/3", "one:26379,two:7,serviceName=mymaster,defaultDatabase=3")]
    [InlineData(
        "rediss-sentinel://user:secret@one/3#mymaster", "one:26379,serviceName=mymaster,user=user,password=secret,ssl=True,defaultDatabase=3")]
    [InlineData("redis-sentinel://one?sentinelMasterId=mymaster&sentinelPassword=s", "one:26379,serviceName=mymaster,sentinelPassword=s")]
    [InlineData("host:7,password=secret,user=u,ssl=true,serviceName=m", "host:7,serviceName=m,user=u,password=secret,ssl=True")]
    [InlineData("host:6380,password=secret,ssl=True,abortConnect=False", "host:6380,password=secret,ssl=True")]
    [InlineData("!/run/redis.sock,password=secret", "!/run/redis.sock,password=secret")]
    [InlineData("host,$CONFIG=,tunnel=http://proxy:80", "host,tunnel=http:proxy:80,$CONFIG=")]
    public void Every_part_of_the_address_takes_effect(string value, string expected)
    {
        // The library writes down every setting that is in force. The product sets these four for every address.
        var given = RedisAddress.Parse(value).ToString(includePassword: true);
        given.Replace(",keepAlive=5,connectTimeout=2000", "").Replace(",abortConnect=False", "").Replace(",connectRetry=1", "").ShouldBe(expected);
    }

    [Theory]
    [InlineData("redis://", "host")]
    [InlineData("redis:///0", "host")]
    [InlineData("redis://one,,two", "number 2")]
    [InlineData("redis://one:port", "number 1")]
    [InlineData("redis://one:70000", "number 1")]
    [InlineData("redis://one:0", "number 1")]
    [InlineData("redis://::1", "number 1")]
    [InlineData("redis://::1:6379", "number 1")]
    [InlineData("redis://[::1", "number 1")]
    [InlineData("redis://[::1]6379", "number 1")]
    [InlineData("redis://[::g]:6379", "number 1")]
    [InlineData("redis://[]:6379", "number 1")]
    [InlineData("redis://one,[::1]:x", "number 2")]
    [InlineData("redis://my host", "number 1")]
    [InlineData("redis://one:6379,redis://two:6379", "path")]
    [InlineData("redis://host/tours", "path")]
    [InlineData("redis://host/0/1", "path")]
    [InlineData("redis://host/-1", "path")]
    [InlineData("redis://host?db=-1", "database below 0")]
    [InlineData("redis://host?db", "defaultDatabase")]
    [InlineData("redis://host/1?db=2", "defaultDatabase twice")]
    [InlineData("redis://one,two/2", "database 2")]
    [InlineData("rediss://host?ssl=false", "ssl twice")]
    [InlineData("redis://host?timeout=3", "timeout")]
    [InlineData("redis://host?connectTimeout=3", "connectTimeout")]
    [InlineData("redis://host?channelPrefix=mine", "channelPrefix")]
    [InlineData("redis://host?name=a%2Cb", "comma")]
    [InlineData("redis://host?=3", "without a name")]
    [InlineData("redis://host?un%0Aknown=3", "un known")]
    [InlineData("redis://host#0", "fragment")]
    [InlineData("redis-sentinel://host/0", "master")]
    [InlineData("redis-sentinel://host/one#two", "serviceName twice")]
    [InlineData("http://host", "scheme http")]
    [InlineData("unix:///run/redis.sock", "!/path/redis.sock")]
    [InlineData("redis+unix:///run/redis.sock", "!/path/redis.sock")]
    [InlineData("redis-socket:///run/redis.sock", "!/path/redis.sock")]
    [InlineData("host,abortConnect=true", "abortConnect")]
    [InlineData("host,syncTimeout=3", "syncTimeout")]
    [InlineData("host,writeBuffer=3", "writeBuffer")]
    [InlineData("host,$nonsense=3", "$nonsense")]
    [InlineData("host,protocol=x", "protocol")]
    [InlineData("host,unknown=3", "unknown")]
    [InlineData("host,tunnel=x", "tunnel")]
    [InlineData("host,defaultDatabase=1,defaultDatabase=2", "defaultDatabase twice")]
    [InlineData("password=secret", "host")]
    public void What_cannot_be_honoured_is_refused_by_its_name(string value, string named)
    {
        var message = Refusal(value);
        message.ShouldStartWith("REDIS_URL ");
        message.ShouldContain(named);
        message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("redis://:hun/ter2@host/0")]
    [InlineData("redis://:hun?ter2@host/0")]
    [InlineData("redis://:hun#ter2@host/0")]
    [InlineData("redis://:hun@ter2@host/0")]
    [InlineData("redis://user:12/ter2@host:6379/0")]
    [InlineData("redis://u:ter2@one,u:ter2@two")]
    [InlineData("redis://:ter2@host:port")]
    [InlineData("host,password=hun,ter2")]
    [InlineData("host,password=hun,ter2=ter2")]
    [InlineData("user:ter2@host:6379")]
    public void A_refusal_shows_no_part_of_the_password(string value) => Refusal(value).ShouldNotContain("ter2");

    private static string Refusal(string value) => Should.Throw<InvalidSettingException>(() => RedisAddress.Parse(value)).Message;
}
