INSERT INTO fax.settings AS s (account_id, retention_days, zero_footprint, daily_spend_cap, sender_name, sender_company, sender_fax)
VALUES (@account, coalesce(CAST(@days AS integer), CAST(@default AS integer)), coalesce(CAST(@zero AS boolean), false), CAST(@cap AS bigint),
	nullif(CAST(@name AS text), ''), nullif(CAST(@company AS text), ''), nullif(CAST(@fax AS text), ''))
ON CONFLICT (account_id) DO UPDATE SET updated_at = now(),
	retention_days = coalesce(CAST(@days AS integer), s.retention_days),
	zero_footprint = coalesce(CAST(@zero AS boolean), s.zero_footprint),
	daily_spend_cap = CASE WHEN @capped THEN CAST(@cap AS bigint) ELSE s.daily_spend_cap END,
	sender_name = nullif(coalesce(CAST(@name AS text), s.sender_name), ''),
	sender_company = nullif(coalesce(CAST(@company AS text), s.sender_company), ''),
	sender_fax = nullif(coalesce(CAST(@fax AS text), s.sender_fax), '')
RETURNING retention_days, zero_footprint, daily_spend_cap, sender_name, sender_company, sender_fax
