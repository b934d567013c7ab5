-- Question: Which accounts were locked in the last 30 days, and what followed within a day?
-- Finds: For each lock (90214; 20104 at the classic Portal) what the trail says of that account in the 24 hours after,
--   or until it is locked again, counted by kind: events about it (log-ins, failures, resets, updates, the next lock)
--   and things done by it. A lock after which nothing came has one row with empty columns.
-- Why it matters: A lock means someone failed often. A reset or a log-in soon after is the owner or the one who
--   guessed; an account that acts while it is locked has a session that outlived the lock.
-- Normal: A lock, a reset by the service desk or by the owner, one log-in from the usual address.
-- Limits: Locks state a name only, so all is matched by name, whatever its case.
-- Period: 30 days
-- Parameter: hours integer 24 Hours after the lock that are looked at.

WITH locked AS (
    SELECT DISTINCT COALESCE(instance, '') AS tenant, LOWER(user_name) AS name
    FROM {{events}}
    WHERE event_name = 'user.locked'
        AND event_date BETWEEN {{from}} AND {{to}}
),
deeds AS (
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        user_name,
        LOWER(user_name) AS name,
        CASE WHEN event_name = 'user.locked' THEN 1 ELSE 0 END AS is_lock,
        'about it' AS relation,
        event_name,
        ip_address,
        event_uid
    FROM {{events}}
    WHERE family IN ('session', 'account')
        AND user_name <> ''
        AND event_date BETWEEN {{from}} AND {{to}}
    UNION ALL
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        user_name,
        LOWER(actor_name) AS name,
        0 AS is_lock,
        'done by it' AS relation,
        event_name,
        ip_address,
        event_uid
    FROM {{events}}
    WHERE actor_name <> ''
        AND NOT (family IN ('session', 'account') AND LOWER(actor_name) = LOWER(COALESCE(user_name, '')))
        AND event_date BETWEEN {{from}} AND {{to}}
),
numbered AS (
    SELECT
        d.event_time,
        d.event_seconds,
        d.tenant,
        d.user_name,
        d.name,
        d.is_lock,
        d.relation,
        d.event_name,
        d.ip_address,
        d.event_uid,
        SUM(d.is_lock) OVER (
            PARTITION BY d.tenant, d.name ORDER BY d.event_time, d.is_lock DESC, d.event_uid
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS locks_so_far
    FROM deeds AS d
    INNER JOIN locked AS k
        ON k.tenant = d.tenant
        AND k.name = d.name
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
FROM numbered AS l
LEFT JOIN numbered AS d
    ON d.tenant = l.tenant
    AND d.name = l.name
    AND d.locks_so_far - d.is_lock = l.locks_so_far
    AND d.event_seconds <= l.event_seconds + CAST({{hours}} AS bigint) * 3600
WHERE l.is_lock = 1
GROUP BY l.event_time, l.tenant, l.user_name, d.relation, d.event_name, l.event_seconds, l.event_uid
ORDER BY l.event_time DESC, l.event_uid, COALESCE(MIN(d.event_seconds), 0), d.relation, COALESCE(d.event_name, '')
