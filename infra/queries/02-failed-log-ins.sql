-- Question: Whose log-ins failed in the last 30 days, how often, and from which address?
-- Finds: Failed log-ins (90213) by account and address, with how many a log-in followed within the hour.
-- Why it matters: Many failures on one account are guessing, a few on each of many accounts are spraying; failures that
--   end in a log-in are either a person who mistyped or someone who guessed right.
-- Normal: One to three failures, then a log-in from the account's usual address.
-- Limits: The message of a failure states no address, so the address is that of the account's first log-in within the
--   hour after it; where none followed it stays empty.
-- Change: The hour (3600 seconds) within which a log-in counts as the end of the failures.

WITH failures AS (
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        user_id,
        user_name,
        ip_address,
        error,
        event_uid,
        CASE
            WHEN user_id IS NOT NULL THEN CONCAT('id ', user_id)
            ELSE CONCAT('name ', LOWER(COALESCE(user_name, '')))
        END AS account
    FROM audit_events
    WHERE code = 90213
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
),
log_ins AS (
    SELECT
        event_seconds,
        COALESCE(instance, '') AS tenant,
        ip_address,
        event_uid,
        CONCAT('id ', user_id) AS account
    FROM audit_events
    WHERE code = 90211
        AND user_id IS NOT NULL
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
    UNION ALL
    SELECT
        event_seconds,
        COALESCE(instance, '') AS tenant,
        ip_address,
        event_uid,
        CONCAT('name ', LOWER(user_name)) AS account
    FROM audit_events
    WHERE code = 90211
        AND user_name IS NOT NULL
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
),
followed AS (
    SELECT
        f.event_uid,
        l.event_uid AS log_in_uid,
        l.ip_address AS log_in_address,
        ROW_NUMBER() OVER (PARTITION BY f.event_uid ORDER BY l.event_seconds, l.event_uid) AS place
    FROM failures AS f
    INNER JOIN log_ins AS l
        ON l.tenant = f.tenant
        AND l.account = f.account
        AND l.event_seconds BETWEEN f.event_seconds AND f.event_seconds + 3600
),
attempts AS (
    SELECT
        f.tenant,
        f.account,
        f.user_id,
        f.user_name,
        f.event_time,
        f.error,
        COALESCE(f.ip_address, l.log_in_address) AS address,
        CASE WHEN l.log_in_uid IS NULL THEN 0 ELSE 1 END AS ended_in_log_in
    FROM failures AS f
    LEFT JOIN followed AS l
        ON l.event_uid = f.event_uid
        AND l.place = 1
)
SELECT
    NULLIF(tenant, '') AS instance,
    MAX(user_id) AS user_id,
    MAX(user_name) AS user_name,
    address,
    COUNT(*) AS failures,
    SUM(ended_in_log_in) AS followed_by_log_in,
    MIN(event_time) AS first_failure,
    MAX(event_time) AS last_failure,
    COUNT(DISTINCT error) AS different_errors,
    MAX(error) AS error_example
FROM attempts
GROUP BY tenant, account, address
ORDER BY COUNT(*) DESC, tenant, account, COALESCE(address, '')
