-- Question: Which accounts were locked in the last 30 days, and what followed within a day?
-- Finds: For each lock (90214) what the trail says of that account in the 24 hours after, counted by kind: events about
--   it (log-ins, failures, resets, updates) and things done by it. A lock after which nothing came has one row with
--   empty columns.
-- Why it matters: A lock means someone failed often. A reset or a log-in soon after is the owner or the one who
--   guessed; an account that acts while it is locked has a session that outlived the lock.
-- Normal: A lock, a reset by the service desk or by the owner, one log-in from the usual address.
-- Limits: Locks state a name only, so all is matched by name, whatever its case.
-- Change: The 24 hours (86400 seconds).

WITH locks AS (
    SELECT event_time, event_seconds, COALESCE(instance, '') AS tenant, user_name, LOWER(user_name) AS name, event_uid
    FROM audit_events
    WHERE code = 90214
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
),
deeds AS (
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        LOWER(user_name) AS name,
        'about it' AS relation,
        event_name,
        ip_address,
        event_uid
    FROM audit_events
    WHERE family IN ('session', 'account')
        AND user_name <> ''
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
    UNION ALL
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        LOWER(actor_name) AS name,
        'done by it' AS relation,
        event_name,
        ip_address,
        event_uid
    FROM audit_events
    WHERE actor_name <> ''
        AND NOT (family IN ('session', 'account') AND LOWER(actor_name) = LOWER(COALESCE(user_name, '')))
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
)
SELECT
    l.event_time AS locked_at,
    NULLIF(l.tenant, '') AS instance,
    l.user_name,
    d.relation,
    d.event_name AS what_followed,
    COUNT(d.event_uid) AS events,
    MIN(d.event_time) AS first_time,
    MIN(d.event_seconds) - l.event_seconds AS seconds_after_lock,
    MAX(d.event_time) AS last_time,
    COUNT(DISTINCT d.ip_address) AS addresses,
    MIN(d.ip_address) AS address_example,
    l.event_uid
FROM locks AS l
LEFT JOIN deeds AS d
    ON d.tenant = l.tenant
    AND d.name = l.name
    AND d.event_uid <> l.event_uid
    AND d.event_seconds BETWEEN l.event_seconds AND l.event_seconds + 86400
GROUP BY l.event_time, l.tenant, l.user_name, d.relation, d.event_name, l.event_seconds, l.event_uid
ORDER BY l.event_time DESC, l.event_uid, COALESCE(MIN(d.event_seconds), 0), d.relation, COALESCE(d.event_name, '')
