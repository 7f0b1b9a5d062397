// Command settings generates the secrets of the containers of docker-compose.yml once, and writes each
// service's settings into that service's own volume.
//
//	settings        the settings that every installation has; deletes those of the demo
//	settings demo   adds those that are for development: Stripe's emulator, mail as files, imitated carriers
//	settings env    prints the addresses that deploy/images/compose.dev.yml publishes, as NAME=value lines
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/mintfax/mintfax/deploy/stack"
	"github.com/mintfax/mintfax/shared/config"
)

// options are read from the environment.
type options struct {
	Kept      string `env:"KEPT_DIR" envDefault:"/kept"`       // what is generated once; no other container sees it
	Volumes   string `env:"VOLUMES_DIR" envDefault:"/volumes"` // a directory for each container
	PublicURL string `env:"PUBLIC_URL"`
	Gateway   string `env:"GATEWAY_PORT" envDefault:"8080"`
	Emulator  string `env:"EMULATOR_PUBLIC_URL" envDefault:"http://stripe-emulator:12111"` // for browsers
	// What the operator has chosen, which the demo does not override.
	StripeKey config.Secret `env:"STRIPE_SECRET_KEY"`
	SMTPURL   config.Secret `env:"SMTP_URL"`
	TelnyxKey config.Secret `env:"TELNYX_API_KEY"`
	SinchKey  config.Secret `env:"SINCH_KEY_SECRET"`
	// Where the servers are for programs outside the containers, as host:port.
	Postgres string `env:"PUBLISHED_POSTGRES"`
	AMQP     string `env:"PUBLISHED_AMQP"`
	Redis    string `env:"PUBLISHED_REDIS"`
	Fakes    string `env:"PUBLISHED_FAKES"` // as http://host:port
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "settings:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	o, err := config.Load[options]()
	if err != nil {
		return err
	}
	secrets, err := stack.LoadSecrets(filepath.Join(o.Kept, "secrets.json"))
	if err != nil {
		return err
	}
	passwords, err := loadPasswords(o.Kept)
	if err != nil {
		return err
	}
	switch {
	case len(args) == 0:
		return o.writeUsual(secrets, passwords)
	case len(args) == 1 && args[0] == "demo":
		return o.writeDemo(secrets, passwords)
	case len(args) == 1 && args[0] == "env":
		return o.printEnv(os.Stdout, secrets, passwords)
	}
	return fmt.Errorf("no such command: %q; there are demo and env, and none", args)
}
