package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

const (
	sandboxNumber = "+15005550001" // the sandbox delivers to it
	liveNumber    = "+12125550100"
	pageRate      = 6 // credits
	starter       = 1000
	sandboxSeed   = 10_000
)

// story is one account on its way. Each chapter leaves what the next one needs.
type story struct {
	client  *apiclient.Client
	out     *printer
	account apiclient.Account
	liveKey string
	session apiclient.Checkout
}

// run walks a new account through the story against a running instance.
func run(ctx context.Context, client *apiclient.Client, out *printer) error {
	s := &story{client: client, out: out}
	client.Trace = out.exchange
	for _, chapter := range []struct {
		title string
		tell  func(context.Context) error
	}{
		{"Register: a code comes by mail", s.register},
		{"Sandbox: a fax at once, charged to the sandbox pool", s.sandboxFax},
		{"A live key can be minted, and is refused until the account is activated", s.liveRefused},
		{"Saving a card moves no money, so it changes nothing", s.savedCard},
		{"A declined card changes nothing either", s.declinedCard},
		{"Paying for the first package activates, and the very next live request succeeds", s.activate},
		{"Live: a fax goes out, its hold is captured", s.liveFax},
		{"The ledger tells all of it", s.ledger},
	} {
		out.heading(chapter.title)
		if err := chapter.tell(ctx); err != nil {
			return fmt.Errorf("%s: %w", chapter.title, err)
		}
	}
	return nil
}

func (s *story) register(ctx context.Context) error {
	email := fmt.Sprintf("dev+%d@example.com", time.Now().UnixNano())
	account, err := s.client.Register(ctx, "Riverside Clinic", email)
	s.account = account
	return err
}

func (s *story) sandboxFax(ctx context.Context) error {
	if err := s.sendAndDeliver(ctx, s.account.TestKey, sandboxNumber); err != nil {
		return err
	}
	return s.requirePool(ctx, "sandbox", sandboxSeed-pageRate, 0)
}

func (s *story) liveRefused(ctx context.Context) error {
	key, err := s.client.CreateLiveKey(ctx, s.account)
	if err != nil {
		return err
	}
	s.liveKey = key
	answer, err := s.client.SendFax(ctx, key, page(liveNumber))
	return requireError(answer, err, http.StatusForbidden, "account_not_activated")
}

func (s *story) savedCard(ctx context.Context) error {
	setup, err := s.client.OpenSetup(ctx, s.account)
	if err != nil {
		return err
	}
	if err := s.pay(ctx, setup, apiclient.CardPays, http.StatusSeeOther); err != nil {
		return err
	}
	if err := s.waitForCard(ctx); err != nil {
		return err
	}
	return s.requireRefused(ctx)
}

func (s *story) declinedCard(ctx context.Context) error {
	session, err := s.client.OpenCheckout(ctx, s.account, "starter")
	if err != nil {
		return err
	}
	s.session = session
	if err := s.pay(ctx, session, apiclient.CardDeclined, http.StatusPaymentRequired); err != nil {
		return err
	}
	return s.requireRefused(ctx)
}

func (s *story) activate(ctx context.Context) error {
	if err := s.pay(ctx, s.session, apiclient.CardPays, http.StatusSeeOther); err != nil {
		return err
	}
	if err := s.waitForActivation(ctx); err != nil {
		return err
	}
	answer, err := s.client.Do(ctx, http.MethodGet, "/v1/environment", s.liveKey, nil)
	if err := requireStatus(answer, err, http.StatusOK); err != nil {
		return err
	}
	return s.requirePool(ctx, "live", starter, 0)
}

func (s *story) liveFax(ctx context.Context) error {
	if err := s.sendAndDeliver(ctx, s.liveKey, liveNumber); err != nil {
		return err
	}
	return s.requirePool(ctx, "live", starter-pageRate, 0)
}

func (s *story) ledger(ctx context.Context) error {
	answer, err := s.client.Do(ctx, http.MethodGet, "/v1/account/transactions", s.account.AccountKey, nil)
	if err := requireStatus(answer, err, http.StatusOK); err != nil {
		return err
	}
	var list struct {
		Data []struct {
			BalanceType string `json:"balance_type"`
			Type        string
			Amount      int64
			Available   int64 `json:"available_after"`
			Held        int64 `json:"held_after"`
		}
	}
	if err := answer.Decode(&list); err != nil {
		return err
	}
	var types []string
	for i := len(list.Data) - 1; i >= 0; i-- {
		entry := list.Data[i]
		s.out.ledgerRow(entry.BalanceType, entry.Type, strconv.FormatInt(entry.Amount, 10), entry.Available, entry.Held)
		types = append(types, entry.BalanceType+" "+entry.Type)
	}
	want := "sandbox seed, sandbox hold, sandbox capture, live purchase, live hold, live capture"
	if got := strings.Join(types, ", "); got != want {
		return fmt.Errorf("the ledger has %s, expected %s", got, want)
	}
	return nil
}

func page(to string) apiclient.Upload {
	return apiclient.Upload{To: to, FileName: "hello.txt", File: []byte("Hello from mintfax.\n")}
}

func requireStatus(answer apiclient.Answer, err error, status int) error {
	if err != nil {
		return err
	}
	if answer.Status != status {
		return fmt.Errorf("status %d, expected %d", answer.Status, status)
	}
	return nil
}

func requireError(answer apiclient.Answer, err error, status int, code string) error {
	if err := requireStatus(answer, err, status); err != nil {
		return err
	}
	if answer.ErrorCode() != code {
		return errors.New("error " + answer.ErrorCode() + ", expected " + code)
	}
	return nil
}
