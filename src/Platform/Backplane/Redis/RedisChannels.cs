using StackExchange.Redis;

namespace RealtimeTours.Platform.Backplane;

/// <summary>Every channel name of the backplane. The hub's full type name is part of it, so that two hubs on one Redis do not hear each other.</summary>
internal sealed class RedisChannels(string prefix, Type hub)
{
    private readonly string _root = $"{prefix}:hub:{hub.FullName}";

    /// <summary>
    /// All nodes listen: messages to everybody, and to connections by their id. A channel per connection would cost each of them a subscription
    /// and a round trip at the worst moment, when all reconnect at once, to save nodes from dropping the rare message that is not theirs.
    /// </summary>
    public string Everyone => $"{_root}:all";

    /// <summary>One node listens: answers to what it asked.</summary>
    public string Node(Guid node) => $"{_root}:node:{node:N}";

    /// <summary>The nodes listen that hold a member.</summary>
    public string Group(string name) => $"{_root}:group:{name}";

    /// <summary>The nodes listen that hold a connection of this user.</summary>
    public string User(string userId) => $"{_root}:user:{userId}";

    // Literal: in a group called "news*" the star is a character, not a pattern that would also hear "newsroom".
    public static RedisChannel Literal(string channel) => new(channel, RedisChannel.PatternMode.Literal);
}
