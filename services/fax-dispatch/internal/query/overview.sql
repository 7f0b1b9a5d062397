WITH asked AS MATERIALIZED (
	SELECT fax.environment_id AS id, fax.environment_type AS type
	FROM unnest(string_to_array(@environments, ',')) AS named (id) CROSS JOIN LATERAL (
		SELECT * FROM fax.faxes f WHERE f.environment_id = named.id AND f.status NOT IN ('accepting', 'abandoned')
		ORDER BY f.status, f.created_at DESC LIMIT 1) fax
	WHERE fax.account_id = @account
), counted AS (
	SELECT asked.type, tally.status, tally.faxes FROM asked CROSS JOIN LATERAL (
		SELECT t.status, sum(t.faxes) AS faxes FROM fax.tallies t
		WHERE t.environment_id = asked.id AND t.hour >= @hour GROUP BY t.status) tally
	UNION ALL
	SELECT asked.type, began.status, began.faxes FROM asked CROSS JOIN LATERAL (
		SELECT f.status, count(*) AS faxes FROM fax.faxes f
		WHERE f.environment_id = asked.id AND f.status IN ('delivered', 'failed', 'canceled') AND f.created_at >= @since AND f.created_at < @hour
		GROUP BY f.status) began
	UNION ALL
	SELECT asked.type, open.status, open.faxes FROM asked CROSS JOIN LATERAL (
		SELECT f.status, count(*) AS faxes FROM fax.faxes f
		WHERE f.environment_id = asked.id AND f.status IN ('queued', 'submitted', 'in_progress') AND f.created_at >= @since
		GROUP BY f.status) open
)
SELECT type AS environment_type, status, sum(faxes)::bigint AS count FROM counted
GROUP BY type, status ORDER BY type, status
