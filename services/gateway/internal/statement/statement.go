package statement

import (
	"context"
	"fmt"
	"iter"

	"github.com/mintfax/mintfax/shared/bus"
	"github.com/mintfax/mintfax/shared/contract"
)

// Statement lists the movements of an account's pools in a month. Movements are read while the statement is written, a
// page at a time.
type Statement struct {
	contract.Statement

	AccountID   string
	AccountName string
	services    bus.Caller
}

// Open fixes the content of the statement: later movements are not in it. It refuses a month that has not begun with
// validation_failed.
func Open(ctx context.Context, services bus.Caller, accountID string, month contract.Month) (*Statement, error) {
	account, err := bus.Call(ctx, services, contract.GetAccount, contract.GetAccountRequest{AccountID: accountID})
	if err != nil {
		return nil, err
	}
	opened, err := bus.Call(ctx, services, contract.OpenStatement, contract.OpenStatementRequest{AccountID: accountID, Month: month})
	if err != nil {
		return nil, err
	}
	return &Statement{Statement: opened, AccountID: account.ID, AccountName: account.Name, services: services}, nil
}

// movements yields those of a pool, in order. It ends with an error when they do not lead, one after the other, from the
// opening to the closing balance: a statement that does not add up is not delivered.
func (s *Statement) movements(ctx context.Context, pool contract.StatementPool) iter.Seq2[contract.Movement, error] {
	return func(yield func(contract.Movement, error) bool) {
		balance, count := pool.Opening, int64(0)
		for page, err := range s.pages(ctx, pool) {
			if err != nil {
				yield(contract.Movement{}, err)
				return
			}
			for _, m := range page {
				if balance = balance.Plus(m.Change); balance != m.After {
					yield(contract.Movement{}, fmt.Errorf("the statement breaks at %s: %+v, and its change leads to %+v", m.ID, m.After, balance))
					return
				}
				if !yield(m, nil) {
					return
				}
				count++
			}
		}
		if balance != pool.Closing || count != pool.Count() {
			yield(contract.Movement{}, fmt.Errorf("the statement has %d movements to %+v, not %d to %+v", count, balance, pool.Count(), pool.Closing))
		}
	}
}

// pages yields the movements of a pool, in order. While one page is written, the next is read.
func (s *Statement) pages(ctx context.Context, pool contract.StatementPool) iter.Seq2[[]contract.Movement, error] {
	type answer struct {
		page contract.Movements
		err  error
	}
	return func(yield func([]contract.Movement, error) bool) {
		ctx, leave := context.WithCancel(ctx)
		defer leave()
		ask := func(rest *contract.MovementRange) chan answer {
			if rest == nil {
				return nil
			}
			answers := make(chan answer, 1)
			go func() {
				page, err := bus.Call(ctx, s.services, contract.ListMovements, contract.ListMovementsRequest{AccountID: s.AccountID, BalanceType: pool.BalanceType, Range: *rest})
				answers <- answer{page, err}
			}()
			return answers
		}
		for answers := ask(&pool.Range); answers != nil; {
			got := <-answers
			answers = ask(got.page.Rest) // of a failed one, none
			if !yield(got.page.Data, got.err) {
				return
			}
		}
	}
}
