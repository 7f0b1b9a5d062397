package admission

import (
	"context"
	"strings"

	"github.com/redis/go-redis/v9"
)

// slidingWindow keeps counters of the current and the previous fixed window, and weighs the previous by how much of it
// the sliding window still covers. The error is at most what an uneven spread within the previous window makes; the cost
// is two small keys for each subject, and no list of times.
//
// Arguments: the limit, the window in milliseconds, the cost of one request, the number of such requests. Result: used
// before, how many of the requests are within the limit and counted, milliseconds until the window ends.
var slidingWindow = redis.NewScript(`
local limit, span, cost, times = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local slot = math.floor(ms / span)
local into = ms - slot * span
local current_key = KEYS[1] .. ':' .. slot
local counted = redis.call('MGET', current_key, KEYS[1] .. ':' .. (slot - 1))
local current = tonumber(counted[1] or '0')
local used = current + math.floor(tonumber(counted[2] or '0') * (span - into) / span)
local passed = math.max(0, math.min(times, math.floor((limit - used) / math.max(cost, 1))))
if cost == 0 and passed > 0 then
  passed = times
end
if cost > 0 and passed > 0 then
  redis.call('INCRBY', current_key, passed * cost)
  if current == 0 then
    redis.call('PEXPIRE', current_key, span * 2)
  end
end
return {used, passed, span - into}
`)

// runScript has Redis count all tallies in one round trip. A Redis that has just started does not know the script, so
// it is loaded on demand.
func runScript(ctx context.Context, client *redis.Client, tallies []*tally) error {
	err := send(ctx, client, tallies)
	if !isUnknownScript(err) {
		return err
	}
	if err := slidingWindow.Load(ctx, client).Err(); err != nil {
		return err
	}
	var left []*tally
	for _, t := range tallies {
		if t.reply.Err() != nil {
			left = append(left, t)
		}
	}
	return send(ctx, client, left)
}

func send(ctx context.Context, client *redis.Client, tallies []*tally) error {
	pipe := client.Pipeline()
	for _, t := range tallies {
		r := t.charge.rule
		t.reply = slidingWindow.EvalSha(ctx, pipe, []string{t.key}, r.limit, r.window.Milliseconds(), t.charge.cost, t.times)
	}
	_, err := pipe.Exec(ctx)
	return err
}

func isUnknownScript(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") }
