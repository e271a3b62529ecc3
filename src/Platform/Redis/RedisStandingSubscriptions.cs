using System.Reflection;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>Subscriptions on the master that survive outages. SignalR's manager gives up on the first that fails (aspnetcore issue 21539).</summary>
/// <typeparam name="T"><see cref="IConnectionMultiplexer"/> or <see cref="ISubscriber"/>.</typeparam>
internal class RedisStandingSubscriptions<T> : DispatchProxy where T : class
{
    private T _inner = null!;
    private bool _counted;

    /// <param name="counted">In the metrics of the hub's backplane.</param>
    public static T Around(T inner, bool counted)
    {
        var proxy = Create<T, RedisStandingSubscriptions<T>>();
        var standing = (RedisStandingSubscriptions<T>)(object)proxy;
        (standing._inner, standing._counted) = (inner, counted);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? method, object?[]? args)
    {
        if (args is [.., CommandFlags flags]) args[^1] = FlagsOf(method!.Name, flags);
        if (_counted) Count(method!.Name);
        var result = method!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        return result switch
        {
            ISubscriber subscriber => RedisStandingSubscriptions<ISubscriber>.Around(subscriber, _counted),
            Task<long> published when _counted && method.Name == nameof(ISubscriber.PublishAsync) => CountedAsync(published),
            _ => result,
        };
    }

    private static CommandFlags FlagsOf(string method, CommandFlags given) => method switch
    {
        nameof(ISubscriber.Publish) or nameof(ISubscriber.PublishAsync) => given | RedisConnection.PubSubFlags,
        _ when method.Contains("ubscribe", StringComparison.Ordinal) => given | RedisConnection.PubSubFlags | CommandFlags.FireAndForget,
        _ => given,
    };

    private static void Count(string method)
    {
        if (method == nameof(ISubscriber.SubscribeAsync)) RedisHubBackplaneMetrics.Subscriptions.Add(1);
        else if (method == nameof(ISubscriber.UnsubscribeAsync)) RedisHubBackplaneMetrics.Subscriptions.Add(-1);
    }

    private static async Task<long> CountedAsync(Task<long> published)
    {
        try
        {
            var nodes = await published;
            RedisHubBackplaneMetrics.Published.Add(1);
            return nodes;
        }
        catch
        {
            RedisHubBackplaneMetrics.NotPublished.Add(1);
            throw;
        }
    }
}
