package app

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/mintfax/mintfax/shared/config"
)

// maxDrainDelay leaves enough of the 15 s that a service has to stop.
const maxDrainDelay = 5 * time.Second

// accountOverKey is the default limit of an account, in limits of a key.
const accountOverKey = 5

// Config holds the settings of the gateway, read from the environment.
type Config struct {
	AMQPURL          config.Secret `env:"AMQP_URL,required,notEmpty"`
	RedisURL         config.Secret `env:"REDIS_URL,required,notEmpty"`
	InternalAddr     string        `env:"INTERNAL_ADDR,required,notEmpty"`
	HTTPAddr         string        `env:"HTTP_ADDR" envDefault:":8080"`
	LogLevel         string        `env:"LOG_LEVEL" envDefault:"info"`
	MaxConnections   int           `env:"MAX_CONNECTIONS" envDefault:"10000"`            // of clients; each takes some 50 KB
	MaxPerAddress    int           `env:"MAX_CONNECTIONS_PER_ADDRESS" envDefault:"1000"` // of an address that is no trusted proxy
	PublicURL        string        `env:"PUBLIC_URL,required,notEmpty"`
	DocsURL          string        `env:"DOCS_URL"` // PUBLIC_URL/docs when empty
	StorageURL       string        `env:"STORAGE_URL,required,notEmpty"`
	DocumentKey      config.Key    `env:"DOCUMENT_KEY,required"`
	TrustedProxies   []string      `env:"TRUSTED_PROXIES"` // addresses or networks; none are trusted by default
	CheckoutOrigins  []string      `env:"CHECKOUT_ORIGINS" envDefault:"https://checkout.stripe.com"`
	KeyPerMinute     int           `env:"LIMIT_KEY_PER_MINUTE" envDefault:"1200"`
	AccountPerMinute int           `env:"LIMIT_ACCOUNT_PER_MINUTE"` // of all its keys and users; 5 times a key's when 0
	PerMinute        int           `env:"LIMIT_ADDRESS_PER_MINUTE" envDefault:"600"`
	Registrations    int           `env:"LIMIT_REGISTRATIONS_PER_HOUR" envDefault:"20"`
	// DrainDelay is how long the gateway keeps serving after it has become unready, so that load balancers notice.
	DrainDelay time.Duration `env:"DRAIN_DELAY" envDefault:"3s"`
}

// Validate checks what the tags cannot express.
func (c *Config) Validate() error {
	var problems []error
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	if parsed, err := url.Parse(c.PublicURL); err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		problems = append(problems, errors.New("PUBLIC_URL must be an http or https URL"))
	}
	if c.DocsURL == "" {
		c.DocsURL = c.PublicURL + "/docs"
	}
	c.DocsURL = strings.TrimRight(c.DocsURL, "/")
	if len(c.DocumentKey) != 32 {
		problems = append(problems, errors.New("DOCUMENT_KEY must have 32 bytes, in base64"))
	}
	if c.AccountPerMinute == 0 {
		c.AccountPerMinute = accountOverKey * c.KeyPerMinute
	}
	if c.MaxConnections < 1 || c.MaxPerAddress < 1 || c.AccountPerMinute < 1 || c.KeyPerMinute < 1 || c.PerMinute < 1 || c.Registrations < 1 {
		problems = append(problems, errors.New("the limits must be positive"))
	}
	if c.DrainDelay < 0 || c.DrainDelay > maxDrainDelay {
		problems = append(problems, errors.New("DRAIN_DELAY must be between 0s and 5s"))
	}
	for _, proxy := range c.TrustedProxies {
		_, addrErr := netip.ParseAddr(proxy)
		_, netErr := netip.ParsePrefix(proxy)
		if addrErr != nil && netErr != nil {
			problems = append(problems, errors.New("TRUSTED_PROXIES must list addresses or networks"))
		}
	}
	return errors.Join(problems...)
}
