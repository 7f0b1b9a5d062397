package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

const pollTimeout = 30 * time.Second

func (s *story) sendAndDeliver(ctx context.Context, key, to string) error {
	answer, err := s.client.SendFax(ctx, key, page(to))
	if err := requireStatus(answer, err, http.StatusCreated); err != nil {
		return err
	}
	var fax struct{ ID string }
	if err := answer.Decode(&fax); err != nil {
		return err
	}
	return s.eventually(ctx, "the fax to be delivered", func() (apiclient.Answer, bool, error) {
		answer, err := s.client.Do(ctx, http.MethodGet, "/v1/faxes/"+fax.ID, key, nil)
		if err := requireStatus(answer, err, http.StatusOK); err != nil {
			return answer, false, err
		}
		var now struct{ Status string }
		if err := answer.Decode(&now); err != nil {
			return answer, false, err
		}
		if now.Status == "failed" || now.Status == "canceled" {
			return answer, false, fmt.Errorf("the fax is %s", now.Status)
		}
		return answer, now.Status == "delivered", nil
	})
}

func (s *story) pay(ctx context.Context, checkout apiclient.Checkout, card string, want int) error {
	answer, err := s.client.PayWith(ctx, checkout.URL, card)
	if err != nil {
		return err
	}
	s.out.browser("fills in card "+card+" at the Checkout page", answer.Status, answer.Header.Get("Location"))
	return requireStatus(answer, nil, want)
}

// requireRefused is the promise of the gate: no route, no body, no id makes a difference.
func (s *story) requireRefused(ctx context.Context) error {
	answer, err := s.client.Do(ctx, http.MethodGet, "/v1/environment/balance", s.liveKey, nil)
	return requireError(answer, err, http.StatusForbidden, "account_not_activated")
}

func (s *story) waitForCard(ctx context.Context) error {
	return s.eventually(ctx, "the card to be on file", func() (apiclient.Answer, bool, error) {
		account, answer, err := s.readAccount(ctx)
		if err == nil && account.ActivatedAt != nil {
			err = fmt.Errorf("a saved card activated the account at %s", *account.ActivatedAt)
		}
		return answer, account.Card != nil && account.Card.Last4 == "4242", err
	})
}

func (s *story) waitForActivation(ctx context.Context) error {
	return s.eventually(ctx, "the paid event to commit", func() (apiclient.Answer, bool, error) {
		account, answer, err := s.readAccount(ctx)
		return answer, account.ActivatedAt != nil, err
	})
}

type accountView struct {
	ActivatedAt *string `json:"activated_at"`
	Card        *struct{ Last4 string }
}

func (s *story) readAccount(ctx context.Context) (accountView, apiclient.Answer, error) {
	answer, err := s.client.Do(ctx, http.MethodGet, "/v1/account", s.account.AccountKey, nil)
	if err := requireStatus(answer, err, http.StatusOK); err != nil {
		return accountView{}, answer, err
	}
	var view accountView
	return view, answer, answer.Decode(&view)
}

// requirePool waits until the pool stands as promised: settlement follows delivery by a moment.
func (s *story) requirePool(ctx context.Context, balanceType string, available, held int64) error {
	what := fmt.Sprintf("the %s pool to have %d available and %d held", balanceType, available, held)
	return s.eventually(ctx, what, func() (apiclient.Answer, bool, error) {
		answer, err := s.client.Do(ctx, http.MethodGet, "/v1/account/balance", s.account.AccountKey, nil)
		if err := requireStatus(answer, err, http.StatusOK); err != nil {
			return answer, false, err
		}
		var pools struct {
			Data []struct {
				BalanceType     string `json:"balance_type"`
				Available, Held int64
			}
		}
		if err := answer.Decode(&pools); err != nil {
			return answer, false, err
		}
		for _, pool := range pools.Data {
			if pool.BalanceType == balanceType {
				return answer, pool.Available == available && pool.Held == held, nil
			}
		}
		return answer, false, fmt.Errorf("there is no %s pool", balanceType)
	})
}

// eventually repeats a question until it is answered as hoped, and shows only the last answer.
func (s *story) eventually(ctx context.Context, what string, ask func() (apiclient.Answer, bool, error)) error {
	s.out.quiet(true)
	defer s.out.quiet(false)
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	for {
		_, done, err := ask()
		if err != nil {
			s.out.showLast()
			return err
		}
		if done {
			s.out.showLast()
			return nil
		}
		select {
		case <-ctx.Done():
			s.out.showLast()
			return fmt.Errorf("waited %s for %s", pollTimeout, what)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
