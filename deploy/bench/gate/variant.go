package main

import (
	"path/filepath"
	"slices"

	"github.com/mintfax/mintfax/deploy/stack"
)

// Variant is a gateway, or what the gateway is compared with.
type Variant string

// The variants.
const (
	Gateway         Variant = "gateway"          // as it is
	SingleRPC       Variant = "single-rpc"       // one RPC to auth for each request
	Monolith        Variant = "monolith"         // no broker: a look-up in its own process for each request
	MonolithBatched Variant = "monolith-batched" // no broker, and requests share look-ups as the gateway's share RPCs
	BadChecksum     Variant = "bad-checksum"     // the gateway, with malformed keys
	Echo            Variant = "bare-echo"        // an RPC over the broker with an empty handler, and nothing around it
	Lookup          Variant = "bare-lookup"      // the statement alone
)

// Gateways are the variants that answer HTTP.
func Gateways() []Variant { return []Variant{Gateway, Monolith, MonolithBatched, SingleRPC} }

// hasProcess is false for what is measured without a gateway of its own.
func (v Variant) hasProcess() bool { return slices.Contains(Gateways(), v) }

func (v Variant) program() string {
	if v == Gateway {
		return "./services/gateway"
	}
	return "./services/gateway/cmd/bench-gateway"
}

func (v Variant) settings(s *stack.Settings, root string) map[string]string {
	env := map[string]string{}
	if v == MonolithBatched {
		env["BENCH_BATCHED"] = "true"
	}
	if v == Monolith || v == MonolithBatched {
		env["BENCH_MONOLITH"] = "true"
		env["DATABASE_URL"] = s.RoleURLs["auth"]
		env["KEY_PEPPER"] = s.Secrets.KeyPepper
		env["CHECK_SQL"] = statementFile(root)
	}
	return env
}

// statementFile is what auth embeds.
func statementFile(root string) string {
	return filepath.Join(root, "services", "auth", "internal", "check", "keys.sql")
}
