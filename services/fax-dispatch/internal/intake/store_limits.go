package intake

import (
	"context"
	"fmt"
	"math"

	"gorm.io/gorm"

	"github.com/mintfax/mintfax/shared/apierror"
	"github.com/mintfax/mintfax/shared/contract"
)

// Limits bound what a stolen key or a loop can spend.
type Limits struct {
	NewAccountPerDay   int64 // credits, in the first seven days after activation, or what was bought first if that is more
	DestinationPerHour int   // live faxes of an account to one number
}

// spend counts a live fax against the caps of its account. Errors: spend_limit_exceeded, rate_limit_exceeded.
func (l Limits) spend(tx *gorm.DB, d draft, dailyCap *int64) error {
	tenant := d.request.Tenant
	if tenant.EnvironmentType != contract.Live {
		return nil
	}
	limit, err := l.perDay(tx, tenant.AccountID, dailyCap)
	if err != nil {
		return err
	}
	if d.holdAmount() > limit {
		return overCap(limit)
	}
	counted := tx.Exec(`
		INSERT INTO fax.spent AS s (account_id, day, credits) VALUES (@account, (now() AT TIME ZONE 'UTC')::date, CAST(@amount AS bigint))
		ON CONFLICT (account_id, day) DO UPDATE SET credits = s.credits + CAST(@amount AS bigint)
			WHERE s.credits + CAST(@amount AS bigint) <= CAST(@limit AS bigint)`,
		map[string]any{"account": tenant.AccountID, "amount": d.holdAmount(), "limit": limit})
	if counted.Error != nil {
		return fmt.Errorf("count what an account spends: %w", counted.Error)
	}
	if counted.RowsAffected == 0 {
		return overCap(limit)
	}
	return l.visit(tx, d) // the row of the day is locked, so the faxes of an account are counted one after the other
}

// visit counts the faxes of the account to one number.
func (l Limits) visit(tx *gorm.DB, d draft) error {
	var recent int
	err := tx.Raw(`SELECT count(*) FROM fax.faxes WHERE to_number = ? AND environment_type = 'live' AND account_id = ?
		AND created_at > now() - interval '1 hour'`, d.request.To, d.request.Tenant.AccountID).Scan(&recent).Error
	if err != nil {
		return fmt.Errorf("count the faxes to a number: %w", err)
	}
	if recent >= l.DestinationPerHour {
		return apierror.New(apierror.RateLimitExceeded).With("retry_after", 3600).With("limit", l.DestinationPerHour)
	}
	return nil
}

// perDay returns what the live faxes of an account may cost on a day: its own cap, or that of a new account if lower.
func (l Limits) perDay(tx *gorm.DB, account string, dailyCap *int64) (limit int64, err error) {
	err = tx.Raw(`
		SELECT least(coalesce(CAST(@cap AS bigint), CAST(@none AS bigint)),
			CASE WHEN first.activated_at < now() - interval '7 days' THEN CAST(@none AS bigint)
				ELSE greatest(CAST(@new AS bigint), first.credits) END)
		FROM (VALUES (true)) AS one (row) LEFT JOIN billing.first_purchase(@account) first ON true`,
		map[string]any{"account": account, "cap": dailyCap, "none": int64(math.MaxInt64), "new": l.NewAccountPerDay}).Scan(&limit).Error
	if err != nil {
		return 0, fmt.Errorf("read the caps of an account: %w", err)
	}
	return limit, nil
}

func overCap(limit int64) error {
	return apierror.New(apierror.SpendLimitExceeded).With("credits_per_day", limit)
}

func (s Store) activated(ctx context.Context, account string) (activated bool, err error) {
	err = s.db.WithContext(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM billing.first_purchase(?))`, account).Scan(&activated).Error
	if err != nil {
		return false, fmt.Errorf("look for the first purchase of an account: %w", err)
	}
	return activated, nil
}
