using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.SignIn;

/// <summary>Counts wrong passwords per account, known or not, and per client's address, for all processes together.</summary>
internal sealed class SignInThrottle(Database database, TimeProvider time)
{
    private const int MaxOfAccount = 5;
    private const int MaxOfAddress = 50;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Counts a check before it is made; <see cref="EndAsync"/> tells its outcome. Waits while running ones may use up the limit.</summary>
    /// <param name="emailKey">The account's address in lower case.</param>
    /// <param name="remote">Null where the connection has no address, such as a Unix socket: then only the account counts.</param>
    public async Task<Admission> BeginAsync(string emailKey, IPAddress? remote, CancellationToken cancellationToken)
    {
        var keys = KeysOf(emailKey, remote);
        while (true)
        {
            var now = Microseconds.Of(time.GetUtcNow());
            switch (await database.InTransactionAsync(transaction => TryBeginAsync(transaction, keys, now), cancellationToken))
            {
                case ThrottleDecision.Admit: return new Admission.Admitted(keys, now);
                case ThrottleDecision.Refuse refused: return new Admission.Refused(refused.RetryAfter);
            }
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <remarks>Not cancelled with its request: a caller who hangs up has had his guess.</remarks>
    public Task EndAsync(Admission.Admitted admitted, bool failed) => database.InTransactionAsync(async transaction =>
    {
        foreach (var key in admitted.Keys)
        {
            var attempts = await LockAsync(transaction, key.Hash, admitted.At);
            await SaveAsync(transaction, key.Hash, attempts.Ended(admitted.At, failed));
        }
    });

    private static async Task<ThrottleDecision> TryBeginAsync(WriteTransaction transaction, IReadOnlyList<ThrottleKey> keys, DateTimeOffset now)
    {
        var locked = new List<(string Hash, SignInAttempts Attempts)>();
        var decisions = new List<ThrottleDecision>();
        foreach (var key in keys)
        {
            var attempts = await LockAsync(transaction, key.Hash, now);
            locked.Add((key.Hash, attempts));
            decisions.Add(ThrottleDecision.Decide(attempts, key.Limit, now));
        }
        if (decisions.OfType<ThrottleDecision.Refuse>().MaxBy(refused => refused.RetryAfter) is { } longest) return longest;
        if (decisions.OfType<ThrottleDecision.Wait>().FirstOrDefault() is { } wait) return wait;
        foreach (var (hash, attempts) in locked) await SaveAsync(transaction, hash, attempts.At(now).Begun(now));
        return new ThrottleDecision.Admit();
    }

    // The row is made or locked by one statement, so that of two processes one waits for the other.
    private static async Task<SignInAttempts> LockAsync(WriteTransaction transaction, string hash, DateTimeOffset now)
    {
        var row = await transaction.FirstOrDefaultAsync<AttemptRow>("""
            INSERT INTO sign_in_attempts (key_hash, failed, checking, newest_at) VALUES (@hash, '[]', '[]', @now)
            ON CONFLICT (key_hash) DO UPDATE SET newest_at = excluded.newest_at
            RETURNING failed AS Failed, checking AS Checking
            """, new { hash, now });
        return new SignInAttempts(Times(row!.Failed), Times(row.Checking));
    }

    private static Task SaveAsync(WriteTransaction transaction, string hash, SignInAttempts attempts) => transaction.ExecuteAsync(
        "UPDATE sign_in_attempts SET failed = @failed, checking = @checking WHERE key_hash = @hash",
        new { hash, failed = Text(attempts.Failed), checking = Text(attempts.Checking) });

    // Hashed: people type their password where the address belongs.
    private static IReadOnlyList<ThrottleKey> KeysOf(string emailKey, IPAddress? remote)
    {
        List<ThrottleKey> keys = [new(Hash($"account {emailKey}"), MaxOfAccount)];
        if (remote is not null) keys.Add(new(Hash($"address {ClientNetwork.Of(remote)}"), MaxOfAddress));
        return [.. keys.OrderBy(key => key.Hash, StringComparer.Ordinal)]; // one order for all transactions rules out a deadlock
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Text(IEnumerable<DateTimeOffset> times) =>
        JsonSerializer.Serialize(times.Select(at => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond));

    private static IReadOnlyList<DateTimeOffset> Times(string json) =>
        [.. JsonSerializer.Deserialize<long[]>(json)!.Select(at => DateTimeOffset.UnixEpoch.AddTicks(at * TimeSpan.TicksPerMicrosecond))];

    private sealed class AttemptRow
    {
        public string Failed { get; set; } = "";
        public string Checking { get; set; } = "";
    }
}

/// <param name="Limit">The most failures of this key.</param>
internal sealed record ThrottleKey(string Hash, int Limit);

internal abstract record Admission
{
    private Admission()
    {
    }

    public sealed record Admitted(IReadOnlyList<ThrottleKey> Keys, DateTimeOffset At) : Admission;

    public sealed record Refused(TimeSpan RetryAfter) : Admission;
}
