using RealtimeTours.LoadTest;
using RealtimeTours.LoadTest.Report;

namespace RealtimeTours.Tests.LoadTest;

public class CommandLineTests
{
    [Fact]
    public void Every_scenario_has_numbers_of_its_own()
    {
        var listPage = CommandLine.Read(["--url", "http://localhost:3007", "--scenario=list-page"]);
        listPage.ToursOf(7).Length.ShouldBe(200);
        listPage.Publish.ShouldBeNull();

        var many = CommandLine.Read(
            ["--url", "http://127.0.0.1:1", "--url", "http://[::1]:2", "--scenario", "many-tours", "--tours", "3", "--watch-per-connection", "2"]);
        many.Urls.Count.ShouldBe(2);
        many.Rate.ShouldBe(500);
        many.ToursOf(0).ShouldBe([0, 1]);
        many.ToursOf(1).ShouldBe([2, 0]);
    }

    [Theory]
    [InlineData("--url http://192.0.2.1:3007", "--allow-remote")]
    [InlineData("--url http://localhost:1 --publish amqp://192.0.2.1", "--allow-remote")]
    [InlineData("--url https://localhost:1", "http://")]
    [InlineData("", "'--url' is required")]
    [InlineData("--url http://localhost:1 --scenario stampede", "many-tours")]
    [InlineData("--url http://localhost:1 --connections 0", "from 1 to")]
    [InlineData("--url http://localhost:1 --rate x", "a number from")]
    [InlineData("--url http://localhost:1 --speed 3", "'--speed'")]
    [InlineData("--url http://localhost:1 --scenario burst", "--publish")]
    [InlineData("--url http://localhost:1 --duration", "argument missing")]
    public void What_cannot_be_used_is_refused_with_the_reason(string arguments, string reason) =>
        Should.Throw<UsageException>(() => CommandLine.Read(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Message.ShouldContain(reason);

    [Fact]
    public void A_machine_elsewhere_is_reached_when_that_is_said() =>
        CommandLine.Read(["--url", "http://192.0.2.1:3007", "--allow-remote"]).Urls[0].Host.ShouldBe("192.0.2.1");

    [Fact]
    public void Latencies_are_counted_to_two_per_cent()
    {
        var histogram = new LatencyHistogram();
        foreach (var value in Enumerable.Range(1, 100_000)) histogram.Add(value);
        histogram.At(0.5).ShouldBeInRange(50_000, 51_000);
        histogram.At(0.99).ShouldBeInRange(99_000, 100_000);
        histogram.Max.ShouldBe(100_000);
        histogram.At(1).ShouldBe(100_000);
        var tiny = new LatencyHistogram();
        tiny.Add(-5);
        tiny.Add(63);
        tiny.Add(long.MaxValue);
        tiny.At(0.5).ShouldBe(63);
        tiny.Count.ShouldBe(3);
    }
}
