using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>
/// The events of one key (a tour) are in one shard, and one relay at a time publishes a shard: so they leave in the order of their commits.
/// Sets of shards are bits of a number: bit n stands for shard n.
/// </summary>
internal static class OutboxShards
{
    /// <summary>As many as table <c>outbox_shards</c> has rows.</summary>
    public const int Count = 16;

    public const uint All = (1u << Count) - 1;

    /// <summary>Each process must come to the same one, in every version.</summary>
    public static int Of(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key))[0] % Count;

    public static uint Set(IEnumerable<int> shards) => shards.Aggregate(0u, (set, shard) => set | 1u << shard);

    public static int[] In(uint set) => [.. Enumerable.Range(0, Count).Where(shard => (set & 1u << shard) != 0)];

    /// <summary>What a relay should hold: of its own at most its fair share, and free ones up to that.</summary>
    /// <param name="mine">The shards it holds.</param>
    /// <param name="free">The shards nobody holds.</param>
    /// <param name="sharers">How many relays share them; 0 for one that has no part in it.</param>
    public static uint FairShare(IEnumerable<int> mine, IEnumerable<int> free, int sharers) =>
        sharers == 0 ? 0 : Set(mine.Order().Concat(free.Order()).Take((Count + sharers - 1) / sharers));
}
