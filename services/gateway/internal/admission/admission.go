package admission

import (
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// Config sets the rate limits.
type Config struct {
	PublicURL            string
	KeyPerMinute         int
	AccountPerMinute     int // of all keys and users of an account together
	AddressPerMinute     int // of an address, before authentication
	RegistrationsPerHour int // of an address
}

// Deps are the dependencies of admission.
type Deps struct {
	CheckKeys CheckKeysFunc
	Unbatched bool // one question to auth for each request, which the benchmark compares with
	Redis     *redis.Client
	Prefix    string // of the names in Redis
	Log       *slog.Logger
	Metrics   prometheus.Registerer
}

// Admission admits requests or refuses them.
type Admission struct {
	activateURL string
	rules       rules
	limiter     *limiter
	knownKeys   *knownKeys
	keys        *keyChecker
	shedder     *shedder
}

type rules struct{ key, account, address, registrations rule }

// New returns an admission.
func New(cfg Config, deps Deps) *Admission {
	return &Admission{
		activateURL: cfg.PublicURL + "/dashboard/activate",
		rules: rules{
			key:           rule{name: "key", limit: cfg.KeyPerMinute, window: time.Minute},
			account:       rule{name: "account", limit: cfg.AccountPerMinute, window: time.Minute},
			address:       rule{name: "address", limit: cfg.AddressPerMinute, window: time.Minute},
			registrations: rule{name: "registrations", limit: cfg.RegistrationsPerHour, window: time.Hour},
		},
		limiter:   newLimiter(deps.Redis, deps.Prefix+"limit:", deps.Log),
		knownKeys: newKnownKeys(deps.Redis, deps.Prefix+"known:", deps.Log),
		keys:      newKeyChecker(deps.CheckKeys, deps.Unbatched, deps.Metrics),
		shedder:   newShedder(deps.Metrics),
	}
}
