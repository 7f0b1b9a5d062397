package stack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintfax/mintfax/deploy/stack/local"
	"github.com/mintfax/mintfax/shared/ids"
)

// Options describe an instance. The zero value of a field chooses what its comment says.
type Options struct {
	Dir string // of its secrets, logs, mail and documents; required
	// Root is the checkout; found from the working directory upwards.
	Root string
	// Servers are the ones to use; those that `make test` names.
	Servers local.Addresses
	// Database, VHost and RedisDB are where on the servers it lives: fresh ones, which Close deletes
	// again. Database, VHost and the Redis database of an instance with a Database are kept.
	Database string
	VHost    string
	RedisDB  int
	// GatewayPort, EmulatorPort and FakesPort are the first gateway's, the Stripe emulator's and the carrier fakes'; any
	// free ones. A gateway port that is taken is an error, the others are replaced.
	GatewayPort, EmulatorPort, FakesPort int
	// LiveCarrier is fax-dispatch's setting of that name; loopback. Telnyx and Sinch are fakes.
	LiveCarrier string
	// Replicas is how many processes of each service to start; one. -1 starts none.
	Replicas map[string]int
	// Env is extra environment by service, which wins over the usual one.
	Env map[string]map[string]string
	// BinDir is where the programs are built, in turns with other instances; a directory of .run for all
	// with the same BuildFlags.
	BinDir string
	// BuildFlags are added to go build, for instance -race or -tags.
	BuildFlags []string
	// Services are the programs to run; Services(), and CarrierFakes() when LiveCarrier needs it.
	Services []Service
	// Log receives progress, a line at a time; discarded.
	Log func(string)
}

// withDefaults fills in the defaults and refuses what cannot be.
func (o Options) withDefaults() (Options, error) {
	if o.Dir == "" {
		return o, errors.New("stack: Options.Dir is required")
	}
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return o, err
	}
	if o.Root == "" {
		if o.Root, err = FindRoot(); err != nil {
			return o, err
		}
	}
	if o.BinDir == "" {
		o.BinDir = o.sharedBinDir()
	}
	if o.LiveCarrier == "" {
		o.LiveCarrier = loopback
	}
	if o.Services == nil {
		o.Services = Services()
		if o.needsFakes() {
			o.Services = append([]Service{CarrierFakes()}, o.Services...)
		}
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	if o.Servers == (local.Addresses{}) {
		o.Servers, err = local.TestAddresses()
	}
	return o, err
}

const loopback = "loopback" // the carrier that transmits to nothing

// needsFakes reports whether one of the carriers in LiveCarrier is imitated. Whether its form is right fax-dispatch says.
func (o Options) needsFakes() bool {
	names := strings.FieldsFunc(o.LiveCarrier, func(r rune) bool { return strings.ContainsRune("=;, ", r) })
	return slices.Contains(names, "telnyx") || slices.Contains(names, "sinch")
}

// sharedBinDir is not that of `make up`, which would restart a crashed service as what it is now.
func (o Options) sharedBinDir() string {
	name := "bin-test"
	if len(o.BuildFlags) > 0 {
		sum := sha256.Sum256([]byte(strings.Join(o.BuildFlags, "\x00")))
		name += "-" + hex.EncodeToString(sum[:4])
	}
	return filepath.Join(o.Root, ".run", name)
}

// isolated reports whether the instance lives in places made for it alone.
func (o Options) isolated() bool { return o.Database == "" }

// allocate gives an isolated instance its places.
func (o *Options) allocate(ctx context.Context) error {
	if !o.isolated() {
		if o.VHost == "" {
			o.VHost = o.Database
		}
		return nil
	}
	unique := "instance_" + strings.ToLower(ids.Base62(12))
	o.Database, o.VHost = unique, unique
	claimed, err := claimRedisDatabase(ctx, o.Servers.Redis)
	o.RedisDB = claimed
	return err
}

// FindRoot returns the checkout that the working directory is in.
func FindRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside a checkout of mintfax (no go.work found)")
		}
		dir = parent
	}
}

// CheckGatewayPort says what to do when another program has the gateway's port.
func CheckGatewayPort(ctx context.Context, port int) error {
	if local.PortFree(ctx, port) {
		return nil
	}
	return fmt.Errorf("another program listens on 127.0.0.1:%d, where the gateway should. "+
		"Stop it, or choose another port: GATEWAY_PORT=8090 make up", port)
}
