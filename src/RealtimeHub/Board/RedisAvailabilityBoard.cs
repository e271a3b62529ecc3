using System.Globalization;
using System.Text.Json;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>The board that all nodes share. Each call is one round trip; <see cref="RedisBoardScripts"/> describes the data.</summary>
internal sealed class RedisAvailabilityBoard(RedisConnection redis, RedisKeys keys) : IAvailabilityBoard
{
    public async Task<int> ApplyAsync(IReadOnlyList<DepartureState> states, CancellationToken cancellationToken = default)
    {
        if (states.Count == 0) return 0;
        var names = new RedisKey[3 + states.Count];
        (names[0], names[1], names[2]) = (keys.BoardEpoch, keys.BoardNumber, keys.BoardChanges);
        var arguments = new RedisValue[1 + states.Count * RedisBoardScripts.FieldsPerState];
        arguments[0] = NewEpoch();
        for (var i = 0; i < states.Count; i++)
        {
            names[3 + i] = keys.Board(states[i].TourId);
            Write(states[i], arguments.AsSpan(1 + i * RedisBoardScripts.FieldsPerState));
        }
        return (int)await (await redis.DatabaseAsync()).ScriptEvaluateAsync(RedisBoardScripts.Apply, names, arguments).WaitAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<DepartureState>>> ReadAsync(
        IReadOnlyCollection<string> tourIds, CancellationToken cancellationToken = default)
    {
        var database = await redis.DatabaseAsync();
        var tours = tourIds.Distinct().ToArray();
        var hashes = await Task.WhenAll(tours.Select(id => database.HashGetAllAsync(keys.Board(id)))).WaitAsync(cancellationToken);
        var found = new Dictionary<string, IReadOnlyList<DepartureState>>();
        for (var i = 0; i < tours.Length; i++)
            if (hashes[i].Length > 0)
                found[tours[i]] = hashes[i].Select(field => Read(tours[i], field.Name!, field.Value!)).OrderBy(state => state.Date).ToArray();
        return found;
    }

    public async Task<BoardChanges> ChangesSinceAsync(BoardPosition position, int limit, CancellationToken cancellationToken = default)
    {
        var reply = (RedisResult[])(await (await redis.DatabaseAsync()).ScriptEvaluateAsync(
            RedisBoardScripts.ChangesSince,
            [keys.BoardEpoch, keys.BoardNumber, keys.BoardChanges],
            [NewEpoch(), position.Epoch, position.Number, limit, keys.BoardOfTour]).WaitAsync(cancellationToken))!;
        var epoch = (string)reply[0]!;
        var number = epoch == position.Epoch ? position.Number : 0;
        var states = new List<DepartureState>();
        for (var i = 1; i < reply.Length; i += 3)
        {
            var member = ((string)reply[i]!).Split(':', 2);
            number = (long)(double)reply[i + 1];
            var value = (string)reply[i + 2]!;
            if (value.Length > 0) states.Add(Read(member[1], member[0], value)); // empty: somebody deleted the hash
        }
        return new BoardChanges(new BoardPosition(epoch, number), states, More: (reply.Length - 1) / 3 == limit);
    }

    // Redis stores it only if it has no epoch. It is random, so an emptied Redis never shows an old epoch again.
    private static RedisValue NewEpoch() => Guid.NewGuid().ToString("N");

    private static void Write(DepartureState state, Span<RedisValue> to)
    {
        to[0] = state.TourId;
        to[1] = state.Date?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? "-";
        to[2] = Padded(state.Version);
        to[3] = Padded(state.Timestamp.UtcTicks);
        to[4] = Text(state.AvailableSpots);
        to[5] = Text(state.PreviousSpots);
        to[6] = Text(state.Capacity);
        to[7] = state.Status;
        to[8] = state.Source ?? "";
        to[9] = state.EventId;
        to[10] = state.Follows ?? "";
    }

    private static DepartureState Read(string tourId, string departure, string value)
    {
        var fields = JsonSerializer.Deserialize<string[]>(value)!;
        return new DepartureState(
            tourId,
            departure == "-" ? null : new DateTimeOffset(long.Parse(departure, CultureInfo.InvariantCulture), TimeSpan.Zero),
            int.Parse(fields[2], CultureInfo.InvariantCulture), Number(fields[3]), Number(fields[4]), fields[5],
            fields[0].Length > 0 ? long.Parse(fields[0], CultureInfo.InvariantCulture) : null,
            new DateTimeOffset(long.Parse(fields[1], CultureInfo.InvariantCulture), TimeSpan.Zero),
            fields[6].Length > 0 ? fields[6] : null, fields[7]);
    }

    private static string Padded(long? number) => number?.ToString("D19", CultureInfo.InvariantCulture) ?? "";

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static int? Number(string text) => text.Length > 0 ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
