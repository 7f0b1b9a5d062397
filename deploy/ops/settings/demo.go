package main

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintfax/mintfax/deploy/stack"
)

// writeDemo adds the settings that are for development only. What the operator has chosen stays: with a
// real Stripe key billing calls Stripe, with an SMTP server auth sends mail, with a carrier's key faxes are real.
func (o options) writeDemo(secrets stack.Secrets, p passwords) error {
	if strings.Contains(o.StripeKey.Reveal(), "_live_") {
		return errors.New("a live STRIPE_SECRET_KEY in the demo profile: its faxes go nowhere, and it would cost money")
	}
	if o.PublicURL == "" {
		o.PublicURL = "http://127.0.0.1:" + o.Gateway
	}
	s, err := o.known(inside(), secrets, p)
	if err != nil {
		return err
	}
	for _, service := range append(stack.Services(), stack.CarrierFakes()) {
		settings := service.Env(s, 1)
		maps.Copy(settings, o.inNetwork(service.Name))
		maps.DeleteFunc(settings, func(name, _ string) bool {
			return slices.Contains(usual(), name) || slices.Contains(o.left(service.Name), name)
		})
		if err := fill(filepath.Join(o.Volumes, service.Name), settings, false); err != nil {
			return err
		}
	}
	return nil
}

// inNetwork are the addresses by which containers reach each other, where an instance of processes has
// them all on loopback.
func (o options) inNetwork(service string) map[string]string {
	switch service {
	case stack.Billing:
		return map[string]string{"STRIPE_API_URL": "http://stripe-emulator:12111"}
	case stack.Emulator:
		return map[string]string{
			"EMULATOR_ADDR":        ":12111",
			"EMULATOR_WEBHOOK_URL": fmt.Sprintf("http://gateway:%s/stripe/webhook", o.Gateway),
		}
	case stack.Fakes:
		return map[string]string{
			"CARRIER_FAKES_ADDR": ":12112",
			"TELNYX_WEBHOOK_URL": fmt.Sprintf("http://gateway:%s/carriers/telnyx/webhook", o.Gateway),
		}
	case stack.FaxDispatch:
		if o.SinchKey == "" { // where the imitated Sinch finds the gateway
			return map[string]string{"PUBLIC_URL": "http://gateway:" + o.Gateway}
		}
	}
	return nil
}

// left are the settings of a service that the demo leaves to the compose file or the operator.
func (o options) left(service string) []string {
	left := []string{"HTTP_ADDR", "LOG_LEVEL"}
	if o.SMTPURL != "" && service == stack.Auth {
		left = append(left, "MAIL_DIR")
	}
	if o.StripeKey != "" && service == stack.Billing {
		left = append(left, "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS", "STRIPE_API_URL")
	}
	if o.StripeKey != "" && service == stack.Gateway {
		left = append(left, "CHECKOUT_ORIGINS")
	}
	if o.TelnyxKey != "" && service == stack.FaxDispatch {
		left = append(left, "TELNYX_API_KEY", "TELNYX_CONNECTION_ID", "TELNYX_FROM", "TELNYX_PUBLIC_KEY", "TELNYX_API_URL")
	}
	if o.SinchKey != "" && service == stack.FaxDispatch {
		left = append(left, "SINCH_PROJECT_ID", "SINCH_KEY_ID", "SINCH_KEY_SECRET", "SINCH_FROM", "SINCH_CALLBACK_SECRET", "SINCH_API_URL")
	}
	return left
}
