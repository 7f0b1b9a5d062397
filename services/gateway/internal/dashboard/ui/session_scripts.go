package ui

import "github.com/redis/go-redis/v9"

// Each account has a sorted set of its sessions' keys by start time, so that all can be ended.

// beginSession stores a session and adds it to the set, from which it removes those that have expired.
// KEYS: the session, the set. ARGV: the session, the time, the lifetime; both in seconds.
var beginSession = redis.NewScript(`
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2] - ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[2], KEYS[1])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 0`)

// endAllSessions ends all sessions of the set. It deletes keys that it was not given, so it does not work on a Redis cluster.
var endAllSessions = redis.NewScript(`
for _, place in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
	redis.call('DEL', place)
end
return redis.call('DEL', KEYS[1])`)
