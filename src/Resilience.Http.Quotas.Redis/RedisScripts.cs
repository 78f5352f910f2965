namespace Resilience.Http;

/// <summary>
/// The scripts. Times are whole microseconds of the server's clock, spans and intervals are doubles. All keys of a call have one hash tag, so that they lie on
/// one node of a cluster. Clocks are set back, and a replica that takes over has one of its own: so it is noted when something was written, and what is of a time to come
/// counts as written now, or is over. A value that somebody else has put there, or of another type, counts as none and is written over.
/// </summary>
internal static class RedisScripts
{
    /// <summary>
    /// KEYS: the buckets, then the pauses. ARGV: wanted, returned, then the interval, the burst and the span of each bucket. A bucket is "time when it is full,
    /// span that it was written with, time when it was written". Answers granted, wait, how many are left, and the pauses with what is left of them.
    /// </summary>
    public const string Lease = """
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
        local n = #KEYS - 1
        local granted, returned = tonumber(ARGV[1]), tonumber(ARGV[2])
        local missing, free, isAhead = {}, math.huge, false
        for i = 1, n do
          local interval, burst, span = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
          local m = 0
          local level = redis.pcall('GET', KEYS[i])
          local full, before, written = string.match(type(level) == 'string' and level or '', '^(%d+) (%S+) (%d+)$')
          if full and (tonumber(before) or 0) > 0 then
            m = math.max(tonumber(full) - math.max(now, tonumber(written)), 0)
            isAhead = isAhead or tonumber(written) > now
            if before ~= ARGV[3 * i + 2] then m = m * (span / tonumber(before)) end -- whole numbers of Lua 5.4 would overflow
          end
          m = math.min(math.max(m - interval * returned, 0), 2e15) -- what servers say a request has cost has no bound
          missing[i] = m
          free = math.min(free, math.max(math.floor((span - m) / interval + 1e-9), 0))
        end
        granted = math.min(granted, free)
        local wait = 0
        for i = 1, n do
          local interval, span = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 2])
          local m = missing[i] + interval * granted
          wait = math.max(wait, m + interval - span)
          if granted > 0 or returned ~= 0 or isAhead then
            local left = math.ceil(m)
            if left > 0 then
              redis.call('SET', KEYS[i], string.format('%.0f %s %.0f', now + left, ARGV[3 * i + 2], now), 'PX', string.format('%.0f', math.ceil(left / 1000) + 1))
            else
              redis.call('DEL', KEYS[i])
            end
          end
        end
        local answer = { granted, math.ceil(wait), n > 0 and free - granted or -1 }
        local pauses = redis.pcall('HGETALL', KEYS[n + 1])
        if pauses.err then redis.call('DEL', KEYS[n + 1]) end
        for i = 1, #pauses, 2 do
          local ends, noted = string.match(pauses[i + 1], '^(%d+) (%d+)$')
          if not ends or tonumber(noted) > now then
            redis.call('HDEL', KEYS[n + 1], pauses[i])
          elseif tonumber(ends) > now then
            answer[#answer + 1] = pauses[i]
            answer[#answer + 1] = tonumber(ends) - now
          end
        end
        return answer
        """;

    /// <summary>KEYS: the pauses. ARGV: the authority, the pause, how many there may be. A pause is "time when it ends, time when it was noted". Those that are over are removed.</summary>
    public const string Pause = """
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
        local last, count = 0, 0
        local pauses = redis.pcall('HGETALL', KEYS[1])
        if pauses.err then redis.call('DEL', KEYS[1]) end
        local ends = now + tonumber(ARGV[2])
        for i = 1, #pauses, 2 do
          local before, noted = string.match(pauses[i + 1], '^(%d+) (%d+)$')
          before = before and tonumber(noted) <= now and tonumber(before) or 0
          if pauses[i] == ARGV[1] then
            if tonumber(ARGV[2]) > 0 then ends = math.max(ends, before) end
          elseif before <= now then
            redis.call('HDEL', KEYS[1], pauses[i])
          else
            last, count = math.max(last, before), count + 1
          end
        end
        if ends <= now then
          redis.call('HDEL', KEYS[1], ARGV[1])
        elseif count < tonumber(ARGV[3]) then
          redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %.0f', ends, now))
          last = math.max(last, ends)
        end
        if last > 0 then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil((last - now) / 1000) + 1)) end
        return count
        """;

    /// <summary>KEYS: the instances. ARGV: the name of one. Answers how many have been seen within 3 seconds.</summary>
    public const string Count = """
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
        if type(redis.pcall('ZADD', KEYS[1], now, ARGV[1])) == 'table' then
          redis.call('DEL', KEYS[1])
          redis.call('ZADD', KEYS[1], now, ARGV[1])
        end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 3001)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], now + 1, '+inf')
        redis.call('PEXPIRE', KEYS[1], 4000)
        return redis.call('ZCARD', KEYS[1])
        """;
}
