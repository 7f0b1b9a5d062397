package stack

import (
	"maps"
	"net/url"
	"strings"
)

func commonEnv(s *Settings, role string) map[string]string {
	env := map[string]string{"AMQP_URL": s.AMQPURL, "LOG_LEVEL": "info"}
	if role != "" {
		env["DATABASE_URL"] = s.RoleURLs[role]
	}
	return env
}

func gatewayEnv(s *Settings, n int) map[string]string {
	return s.GatewayEnv(strings.TrimPrefix(s.GatewayURLs[n-1], "http://"))
}

// GatewayEnv is the environment of a gateway that listens on address.
func (s *Settings) GatewayEnv(address string) map[string]string {
	env := commonEnv(s, "")
	env["HTTP_ADDR"] = address
	env["PUBLIC_URL"] = s.PublicURL()
	env["REDIS_URL"] = s.RedisURL
	env["STORAGE_URL"] = s.storageURL()
	env["DOCUMENT_KEY"] = s.Secrets.DocumentKey
	env["CHECKOUT_ORIGINS"] = s.EmulatorURL       // where a browser may be sent to pay
	env["LIMIT_REGISTRATIONS_PER_HOUR"] = "10000" // all clients of this machine have one address
	env["DRAIN_DELAY"] = "0s"                     // nothing spreads requests over gateways here
	return env
}

func authEnv(s *Settings, _ int) map[string]string {
	env := commonEnv(s, "auth")
	env["KEY_PEPPER"] = s.Secrets.KeyPepper
	env["MAIL_DIR"] = s.Mail
	env["MAIL_FROM"] = "mintfax <hello@mintfax.test>"
	env["PUBLIC_URL"] = s.PublicURL()
	return env
}

func walletEnv(s *Settings, _ int) map[string]string { return commonEnv(s, "wallet") }

func billingEnv(s *Settings, _ int) map[string]string {
	env := commonEnv(s, "billing")
	env["STRIPE_SECRET_KEY"] = s.Secrets.StripeKey
	env["STRIPE_WEBHOOK_SECRETS"] = s.Secrets.WebhookSecret
	env["STRIPE_API_URL"] = s.EmulatorURL
	env["PUBLIC_URL"] = s.PublicURL()
	env["SWEEP_INTERVAL"] = "10s"
	env["SWEEP_AGE"] = "30s"
	return env
}

func faxDispatchEnv(s *Settings, _ int) map[string]string {
	env := commonEnv(s, "fax_dispatch")
	env["STORAGE_URL"] = s.storageURL()
	env["DOCUMENT_KEY"] = s.Secrets.DocumentKey
	env["LIVE_CARRIER"] = s.LiveCarrier
	if s.FakesURL != "" {
		maps.Copy(env, carriersEnv(s))
	}
	return env
}

func emulatorEnv(s *Settings, _ int) map[string]string {
	return map[string]string{
		"EMULATOR_ADDR":           strings.TrimPrefix(s.EmulatorURL, "http://"),
		"EMULATOR_PUBLIC_URL":     s.EmulatorURL,
		"EMULATOR_SECRET_KEY":     s.Secrets.StripeKey,
		"EMULATOR_WEBHOOK_URL":    s.PublicURL() + "/stripe/webhook",
		"EMULATOR_WEBHOOK_SECRET": s.Secrets.WebhookSecret,
		"EMULATOR_STATE_FILE":     s.EmulatorState,
	}
}

// storageURL keeps temporary files next to the documents, because a file cannot be renamed from one
// disk to another.
func (s *Settings) storageURL() string {
	address := url.URL{Scheme: "file", Path: s.Documents, RawQuery: "create_dir=true&metadata=skip&no_tmp_dir=true"}
	return address.String()
}

// Env is the instance's addresses under the names that scripts know.
func (s *Settings) Env() map[string]string {
	env := map[string]string{
		"GATEWAY_URL": s.PublicURL(), "STRIPE_API_URL": s.EmulatorURL,
		"STRIPE_SECRET_KEY": s.Secrets.StripeKey, "STRIPE_WEBHOOK_SECRET": s.Secrets.WebhookSecret,
		"MAIL_DIR": s.Mail, "DATABASE_URL": s.DatabaseURL, "AMQP_URL": s.AMQPURL,
		"AMQP_MANAGEMENT_URL": s.Management, "REDIS_URL": s.RedisURL,
	}
	if s.FakesURL != "" {
		env["CARRIER_FAKES_URL"] = s.FakesURL
	}
	for role, address := range s.RoleURLs {
		env["DATABASE_URL_"+strings.ToUpper(role)] = address
	}
	return env
}
