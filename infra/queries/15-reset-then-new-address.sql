-- Question: After which password or MFA resets did the account log in from a new address within a day?
-- Finds: Completed resets (91073 password, 91075 second factor) of the last 30 days that a log-in of the same account
--   followed within 24 hours, from an address not seen for it in the 90 days before.
-- Why it matters: It is what the takeover of an account looks like: reset what protects it, then come in from
--   elsewhere.
-- Normal: A new telephone or a new joiner (previous_log_in is empty); the usual country and hours.
-- Limits: Resets state a name only, so they are matched to log-ins by name, whatever its case. Classic log-ins state no
--   address and are left out.
-- Change: Add 91071 for changed e-mail addresses, which is where reset links go.
-- Period: 30 days
-- Parameter: hours integer 24 Hours after the reset within which the account logs in.
-- Parameter: known_days days 90 Days for which an address counts as known after it was seen.

WITH log_ins AS (
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        user_id,
        LOWER(user_name) AS name,
        LOWER(ip_address) AS address,
        event_uid,
        CASE
            WHEN user_id IS NOT NULL THEN CONCAT('id ', user_id)
            ELSE CONCAT('name ', LOWER(COALESCE(user_name, '')))
        END AS account
    FROM {{events}}
    WHERE code = 90211
        AND ip_address <> ''
        AND event_date BETWEEN {{from - known_days}} AND {{to}}
),
compared AS (
    SELECT
        event_time,
        event_seconds,
        tenant,
        user_id,
        name,
        address,
        event_uid,
        LAG(event_seconds) OVER (PARTITION BY tenant, account, address ORDER BY event_time, event_uid) AS address_seen,
        LAG(event_time) OVER (PARTITION BY tenant, account ORDER BY event_time, event_uid) AS previous_log_in,
        LAG(address) OVER (PARTITION BY tenant, account ORDER BY event_time, event_uid) AS previous_address
    FROM log_ins
),
resets AS (
    SELECT
        event_time,
        event_seconds,
        instance,
        COALESCE(instance, '') AS tenant,
        event_name,
        actor_name,
        user_name,
        event_uid
    FROM {{events}}
    WHERE code IN (91073, 91075)
        AND event_date BETWEEN {{from}} AND {{to}}
)
SELECT
    l.event_time AS log_in_time,
    r.instance,
    r.user_name,
    l.user_id,
    l.address,
    l.previous_log_in,
    l.previous_address,
    r.event_name AS reset_kind,
    r.event_time AS reset_time,
    r.actor_name AS reset_actor,
    l.event_seconds - r.event_seconds AS seconds_after_reset,
    l.event_uid,
    r.event_uid AS reset_uid
FROM resets AS r
INNER JOIN compared AS l
    ON l.tenant = r.tenant
    AND l.name = LOWER(r.user_name)
    AND l.event_seconds BETWEEN r.event_seconds AND r.event_seconds + CAST({{hours}} AS bigint) * 3600
WHERE l.address_seen IS NULL OR l.event_seconds - l.address_seen > CAST({{known_days}} AS bigint) * 86400
ORDER BY l.event_time DESC, l.event_uid, r.event_uid
