using System.Reflection;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>Subscriptions that survive outages. SignalR's manager gives up on the first that fails (dotnet/aspnetcore issue 21539).</summary>
/// <typeparam name="T"><see cref="IConnectionMultiplexer"/> or <see cref="ISubscriber"/>.</typeparam>
internal class RedisStandingSubscriptions<T> : DispatchProxy where T : class
{
    private T _inner = null!;

    public static T Around(T inner)
    {
        var proxy = Create<T, RedisStandingSubscriptions<T>>();
        ((RedisStandingSubscriptions<T>)(object)proxy)._inner = inner;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? method, object?[]? args)
    {
        if (method!.Name.EndsWith("ubscribeAsync", StringComparison.Ordinal) || method.Name == nameof(ISubscriber.UnsubscribeAll))
        {
            args![^1] = (CommandFlags)args[^1]! | CommandFlags.FireAndForget;
            if (method.Name == nameof(ISubscriber.SubscribeAsync)) RedisHubBackplaneMetrics.Subscriptions.Add(1);
            else if (method.Name == nameof(ISubscriber.UnsubscribeAsync)) RedisHubBackplaneMetrics.Subscriptions.Add(-1);
        }
        var result = method.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        return result switch
        {
            ISubscriber subscriber => RedisStandingSubscriptions<ISubscriber>.Around(subscriber),
            Task<long> published when method.Name == nameof(ISubscriber.PublishAsync) => CountedAsync(published),
            _ => result,
        };
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
