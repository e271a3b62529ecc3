using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Tests.Platform.Messaging;

public class TopicPatternTests
{
    [Theory]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.b.c", false)]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.*", "a", false)]
    [InlineData("a.*", "a.b.c", false)]
    [InlineData("*.b.*", "a.b.c", true)]
    [InlineData("#", "", true)]
    [InlineData("#", "a.b.c", true)]
    [InlineData("a.#", "a", true)]
    [InlineData("a.#", "a.b.c", true)]
    [InlineData("a.#", "b.a", false)]
    [InlineData("#.c", "a.b.c", true)]
    [InlineData("#.c", "c", true)]
    [InlineData("a.#.d", "a.d", true)]
    [InlineData("a.#.d", "a.b.c.d", true)]
    [InlineData("a.#.d", "a.b.c", false)]
    [InlineData("#.b.#", "a.b.c", true)]
    [InlineData("*.#", "a", true)]
    [InlineData("A.b", "a.b", false)]
    public void Matches_as_an_amqp_topic_exchange_does(string pattern, string routingKey, bool expected) =>
        new TopicPattern(pattern).Matches(routingKey).ShouldBe(expected);
}
