using System.Text.Json;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Redis;
using StackExchange.Redis;

namespace RealtimeTours.Web.Tours;

/// <summary>Kept for as long as a tour may be shown while the database is away.</summary>
internal sealed partial class RedisTourCache(RedisConnection redis, PlatformSettings settings, ILogger<RedisTourCache> logger) : ITourCache
{
    // A cache that is slower than the database is none.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly string _prefix = $"{settings.QueuePrefix}:tour:"; // systems that share a Redis differ by it
    private volatile bool _away;

    public async Task<TourDetails?> FindAsync(string id)
    {
        var text = await TryAsync(database => database.StringGetAsync(_prefix + id));
        if (!text.HasValue) return null;
        try
        {
            return JsonSerializer.Deserialize<TourDetails>((string)text!, WireJson.Options);
        }
        catch (JsonException)
        {
            return null; // another release wrote it
        }
    }

    public Task KeepAsync(TourDetails tour) => TryAsync(database =>
        database.StringSetAsync(_prefix + tour.Id, JsonSerializer.Serialize(tour, WireJson.Options), ReadThroughCache<LiveTour>.StaleIfError));

    public Task ForgetAsync(string id) => TryAsync(database => database.KeyDeleteAsync(_prefix + id));

    private async Task<T?> TryAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        try
        {
            var answer = await AskAsync().WaitAsync(Patience);
            _away = false;
            return answer;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (!_away) LogAway(logger, e.Message);
            _away = true;
            return default;
        }

        async Task<T> AskAsync() => await ask(await redis.DatabaseAsync());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The tour cache in Redis is away; tours come from memory and the database: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
