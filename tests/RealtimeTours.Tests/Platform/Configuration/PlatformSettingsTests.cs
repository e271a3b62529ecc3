using Microsoft.Extensions.Configuration;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Tests.Platform.Configuration;

public class PlatformSettingsTests
{
    private const string Amqp = "amqp://user:secret@localhost:5672/";
    private const string Redis = "redis://:secret@localhost:6379/0";
    private const string Postgres = "postgres://user:secret@localhost:5432/tours";

    [Fact]
    public void Nothing_configured_is_the_embedded_default_for_web()
    {
        var settings = Read(standalone: false);

        settings.Distributed.ShouldBeFalse();
        settings.Exchange.ShouldBe("tour_booking_events");
        settings.QueuePrefix.ShouldBe("tour_app");
        settings.ProcessedEventMemory.ShouldBe(TimeSpan.FromDays(1));
        settings.DataFolder.ShouldBe(Path.GetFullPath("/content/data"));
    }

    [Fact]
    public void All_three_servers_make_it_distributed() =>
        Read(standalone: true, ("RABBITMQ_URL", Amqp), ("REDIS_URL", Redis), ("DATABASE_URL", Postgres)).Distributed.ShouldBeTrue();

    [Fact]
    public void The_names_of_asp_net_core_work_too() =>
        Read(standalone: true, ("ConnectionStrings:RabbitMq", Amqp), ("ConnectionStrings:Redis", "localhost:6379,password=x"),
            ("ConnectionStrings:Postgres", "Host=localhost;Username=u;Database=d")).Distributed.ShouldBeTrue();

    [Fact]
    public void A_part_of_the_system_refuses_to_start_alone() =>
        Failure(standalone: true).ShouldContain("RABBITMQ_URL, REDIS_URL and DATABASE_URL are not set");

    [Theory]
    [InlineData("RABBITMQ_URL", Amqp, "REDIS_URL")]
    [InlineData("REDIS_URL", Redis, "RABBITMQ_URL")]
    [InlineData("DATABASE_URL", Postgres, "RABBITMQ_URL")]
    public void Half_a_configuration_is_refused_and_names_what_is_missing(string name, string value, string missing) =>
        Failure(standalone: false, (name, value)).ShouldStartWith($"{name} is set but {missing} is not");

    [Theory]
    [InlineData("RABBITMQ_URL", "http://localhost")]
    [InlineData("RABBITMQ_URL", "amqp://one:5672,two:5672")]
    [InlineData("RABBITMQ_URL", "not a uri")]
    [InlineData("REDIS_URL", "redis://")]
    [InlineData("REDIS_URL", "redis://host/notanumber")]
    [InlineData("REDIS_URL", "localhost,unknownOption=1")]
    [InlineData("DATABASE_URL", "postgres://")]
    [InlineData("DATABASE_URL", "Host=localhost;Nonsense=1")]
    [InlineData("DATABASE_URL", "mysql://localhost/db")]
    [InlineData("DATABASE_URL", "mysql://user:secret@localhost/db?a=b")]
    [InlineData("DATABASE_URL", "postgres://user:secret@localhost/db?target_session_attr=any")]
    [InlineData("DATABASE_URL", "postgres://user:secret@localhost/db?sslcrl=crl.pem")]
    [InlineData("DATABASE_URL", "postgres://user:secret@one:5432,two:many/db")]
    [InlineData("RABBITMQ_EXCHANGE", "amq.mine")]
    [InlineData("RABBITMQ_QUEUE_PREFIX", "ends-in-a\bell")]
    [InlineData("REDIS_TTL", "soon")]
    [InlineData("REDIS_TTL", "-1")]
    public void A_bad_value_names_its_variable_in_one_line_without_the_secret(string name, string value)
    {
        var message = Failure(standalone: true,
            ("RABBITMQ_URL", Amqp), ("REDIS_URL", Redis), ("DATABASE_URL", Postgres), (name, value));

        message.ShouldStartWith(name);
        message.ShouldNotContain("\n");
        message.ShouldNotContain("secret@");
    }

    private static string Failure(bool standalone, params (string, string)[] values) =>
        Should.Throw<InvalidSettingException>(() => Read(standalone, values)).Message;

    private static PlatformSettings Read(bool standalone, params (string Name, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.GroupBy(v => v.Name).ToDictionary(v => v.Key, v => (string?)v.Last().Value)).Build();
        var settings = PlatformSettings.Read(configuration, "/content", standalone);
        ServerAddresses.Check(settings);
        return settings;
    }
}
