namespace RealtimeTours.RealtimeHub.Board;

/// <summary>
/// The rule of <see cref="NewestState"/> in Lua. A departure's value is a JSON array of strings (numbers would lose digits beyond 2^53 in Lua):
/// version, ticks, spots, previous, capacity, status, source, event id, then the event ids seen at that time. Version and ticks are padded with
/// zeros, so that comparing texts compares numbers; an empty text means null.
/// </summary>
internal static class RedisBoardScripts
{
    public const int FieldsPerState = 11;
    public const int FirstSeen = 8;

    /// <summary>
    /// KEYS: epoch, number, changes, one hash per state. ARGV: candidate epoch, then per state: tour, departure, eight fields, the event it follows.
    /// Returns how many were accepted.
    /// </summary>
    public static readonly string Apply = $$"""
        redis.call('SETNX', KEYS[1], ARGV[1])
        local accepted = 0
        for i = 0, #KEYS - 4 do
          local at = 2 + i * {{FieldsPerState}}
          local tour, departure = ARGV[at], ARGV[at + 1]
          local new = {}
          for f = 1, {{FirstSeen}} do new[f] = ARGV[at + 1 + f] end
          local seen = { new[8] }
          local newer = true
          local text = redis.call('HGET', KEYS[4 + i], departure)
          if text then
            local old = cjson.decode(text)
            if new[1] ~= '' and old[1] ~= '' then newer = new[1] > old[1]
            elseif new[2] ~= old[2] then newer = new[2] > old[2]
            elseif new[1] ~= '' or old[1] ~= '' then newer = false
            else
              seen = {}
              for s = {{FirstSeen + 1}}, #old do
                if old[s] ~= new[8] then seen[#seen + 1] = old[s]
                elseif old[8] ~= ARGV[at + 10] then newer = false end
              end
              seen[#seen + 1] = new[8]
              if #seen > {{NewestState.RememberedEvents}} then table.remove(seen, 1) end
            end
            if new[4] == '' then new[4] = old[3] end
            if new[5] == '' then new[5] = old[5] end
          end
          if newer then
            for s = 1, #seen do new[{{FirstSeen}} + s] = seen[s] end
            redis.call('HSET', KEYS[4 + i], departure, cjson.encode(new))
            redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[2]), departure .. ':' .. tour)
            accepted = accepted + 1
          end
        end
        return accepted
        """;

    /// <summary>
    /// KEYS: epoch, number, changes. ARGV: candidate epoch, known epoch, known number, limit, prefix of the hashes. Returns the epoch, then member,
    /// number and value of each change. The epoch includes Redis's run id, so a restart or failover, which may lose changes, is a new one.
    /// </summary>
    public const string ChangesSince = """
        redis.call('SETNX', KEYS[1], ARGV[1])
        local info = redis.pcall('INFO', 'server')
        local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
        local epoch = redis.call('GET', KEYS[1]) .. '/' .. run
        local since = '0'
        if epoch == ARGV[2] then since = ARGV[3] end
        local reply = { epoch }
        local changes = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. since, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[4])
        for i = 1, #changes, 2 do
          local departure, tour = string.match(changes[i], '^([^:]*):(.*)$')
          reply[#reply + 1] = changes[i]
          reply[#reply + 1] = changes[i + 1]
          reply[#reply + 1] = redis.call('HGET', ARGV[5] .. tour, departure) or ''
        end
        return reply
        """;
}
