package admission

import (
	"time"

	"github.com/mintfax/mintfax/shared/contract"
)

// Requests with a key, from their arrival to auth's verdict.
const (
	// maxPending requests wait for the verdict on their key; one more is shed with 503. A gateway that answers 10,000
	// a second has them wait for a tenth of a second. It bounds the queue of questions to auth as well: every question
	// has a pending request.
	maxPending = 1_000
	// Retry-After tells a shed client to wait for a second, and its connection is not read before that. The more
	// connections rest, the longer each does, so that at most maxRestedPerSecond come back in a second.
	maxRestedPerSecond = 2_000
	maxRest            = 4 * time.Second
)

// Questions to auth. Concurrent requests share one.
const (
	maxAuthCalls   = 2                     // in flight
	slowAuthCall   = 20 * time.Millisecond // the second starts only when the first takes longer
	maxKeysPerCall = contract.MaxCheckBatch
	authTimeout    = time.Second // of one question, and of the wait for its turn
)

// Round trips to Redis that count requests. Concurrent requests share one.
const (
	maxRedisTrips   = 2
	slowRedisTrip   = 20 * time.Millisecond
	maxCountedAtOne = 512                    // requests in one round trip
	maxCountsQueued = 2_000                  // requests that wait for one; one more is counted locally
	redisTimeout    = 150 * time.Millisecond // a slow Redis must not slow every request
	strictTimeout   = time.Second            // for requests that are refused when Redis does not answer
	redisPause      = 2 * time.Second        // how long Redis is left alone after it failed
	maxLocalCounts  = 100_000                // callers that one process remembers
)

// Calls to other services, for each method.
const (
	// maxCalls are in flight. A service that has fallen behind would not answer more of them in time.
	maxCalls = 200
	// maxCallsPerAccount are one account's. This many documents keep the processors of one fax-dispatch busy, and eight
	// accounts at once leave room for a ninth.
	maxCallsPerAccount = 24
	// maxCallsQueued wait for a slot, for each account. Each may hold an uploaded document.
	maxCallsQueued = 200
)

// MaxStatements is how many statements of an account a gateway writes at once.
const MaxStatements = 4
