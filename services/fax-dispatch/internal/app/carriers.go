package app

import (
	"net/url"

	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/simulated"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/sinch"
	"github.com/mintfax/mintfax/services/fax-dispatch/internal/carrier/telnyx"
	"github.com/mintfax/mintfax/shared/documents"
)

// liveCarriers are the names that LIVE_CARRIER may have.
func liveCarriers() []string { return []string{simulated.LoopbackName, telnyx.Name, sinch.Name} }

// carriers returns the configured carriers by name. Loopback is always one of them: it may have faxes on their way.
func (c *Config) carriers(calls *simulated.Calls, storage *documents.Store) map[string]carrier.Carrier {
	all := []carrier.Carrier{simulated.NewSandbox(calls), simulated.NewLoopback(calls, storage)}
	if c.TelnyxKey != "" {
		all = append(all, telnyx.New(telnyx.Config{
			APIKey: c.TelnyxKey.Reveal(), ConnectionID: c.TelnyxConnection, From: c.TelnyxFrom, PublicKey: c.TelnyxPublicKey, BaseURL: c.TelnyxURL,
		}, storage))
	}
	if c.SinchSecret != "" {
		all = append(all, sinch.New(sinch.Config{
			ProjectID: c.SinchProject, KeyID: c.SinchKey, KeySecret: c.SinchSecret.Reveal(), From: c.SinchFrom, BaseURL: c.SinchURL,
			CallbackURL: c.sinchCallbackURL(), Secret: c.SinchCallback.Reveal(),
		}, storage))
	}
	byName := map[string]carrier.Carrier{}
	for _, one := range all {
		byName[one.Name()] = one
	}
	return byName
}

// sinchCallbackURL carries the secret as its password: Sinch masks it when a fax is read, and proxies do not log it with the
// address.
func (c *Config) sinchCallbackURL() string {
	address, err := url.Parse(c.PublicURL)
	if err != nil { // Validate has checked it
		return ""
	}
	address = address.JoinPath("carriers", sinch.Name, "webhook")
	address.User = url.UserPassword("mintfax", c.SinchCallback.Reveal())
	return address.String()
}
