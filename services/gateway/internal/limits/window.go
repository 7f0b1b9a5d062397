package limits

import "github.com/redis/go-redis/v9"

// window keeps two counters, of the current and the previous fixed window, and weighs the previous by
// how much of it the sliding window still covers. It is off by at most what an uneven spread within
// the previous window makes, costs two small keys a caller, and needs no list of times.
//
// It answers: used, 1 when within the limit and counted or 0, milliseconds until the window ends.
var window = redis.NewScript(`
local limit, span, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local slot = math.floor(ms / span)
local into = ms - slot * span
local current_key = KEYS[1] .. ':' .. slot
local current = tonumber(redis.call('GET', current_key) or '0')
local previous = tonumber(redis.call('GET', KEYS[1] .. ':' .. (slot - 1)) or '0')
local used = current + math.floor(previous * (span - into) / span)
if used + math.max(cost, 1) > limit then
  return {math.min(used, limit), 0, span - into}
end
if cost > 0 then
  redis.call('INCRBY', current_key, cost)
  redis.call('PEXPIRE', current_key, span * 2)
end
return {used + cost, 1, span - into}
`)
