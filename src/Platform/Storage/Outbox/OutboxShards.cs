using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>Events of one key (a tour) share a shard, which one relay at a time publishes in commit order. Sets of shards are bit masks.</summary>
internal static class OutboxShards
{
    /// <summary>The number of rows in table <c>outbox_shards</c>.</summary>
    public const int Count = 16;

    public const uint All = (1u << Count) - 1;

    /// <summary>A stable hash: processes of all versions must agree on it.</summary>
    public static int Of(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key))[0] % Count;

    public static uint Set(IEnumerable<int> shards) => shards.Aggregate(0u, (set, shard) => set | 1u << shard);

    public static int[] In(uint set) => [.. Enumerable.Range(0, Count).Where(shard => (set & 1u << shard) != 0)];

    /// <summary>The shards that a relay should own: its own up to its fair share, then free ones.</summary>
    /// <param name="sharers">The number of relays that share; 0 if this one has no part in it.</param>
    public static uint FairShare(IEnumerable<int> mine, IEnumerable<int> free, int sharers) =>
        sharers == 0 ? 0 : Set(mine.Order().Concat(free.Order()).Take((Count + sharers - 1) / sharers));
}
