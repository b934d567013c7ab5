-- Question: Whose log-ins failed in the last 30 days, how often, and from which address?
-- Finds: Failed log-ins (90213) by account and address, with how many a log-in followed within the hour.
-- Why it matters: Many failures on one account are guessing, a few on each of many accounts are spraying; failures that
--   end in a log-in are either a person who mistyped or someone who guessed right.
-- Normal: One to three failures, then a log-in from the account's usual address.
-- Limits: The message of a failure states no address, so the address is that of the account's first log-in within the
--   hour after it; where none followed it stays empty.
-- Change: The hour (3600 seconds) within which a log-in counts as the end of the failures.

WITH attempts AS (
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        CASE
            WHEN user_id IS NOT NULL THEN CONCAT('id ', user_id)
            ELSE CONCAT('name ', LOWER(COALESCE(user_name, '')))
        END AS account,
        1 AS failed,
        user_id,
        user_name,
        ip_address,
        error
    FROM audit_events
    WHERE code = 90213
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
    UNION ALL
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        CONCAT('id ', user_id) AS account,
        0 AS failed,
        user_id,
        user_name,
        ip_address,
        error
    FROM audit_events
    WHERE code = 90211
        AND user_id IS NOT NULL
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
    UNION ALL
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        CONCAT('name ', LOWER(user_name)) AS account,
        0 AS failed,
        user_id,
        user_name,
        ip_address,
        error
    FROM audit_events
    WHERE code = 90211
        AND user_name <> ''
        AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
),
log_ins AS (
    SELECT tenant, account, event_seconds, MIN(ip_address) AS address
    FROM attempts
    WHERE failed = 0
    GROUP BY tenant, account, event_seconds
),
followed AS (
    SELECT
        event_time,
        event_seconds,
        tenant,
        account,
        failed,
        user_id,
        user_name,
        ip_address,
        error,
        -- Read from the last to the first, the smallest so far is the next.
        MIN(CASE WHEN failed = 0 THEN event_seconds END) OVER (
            PARTITION BY tenant, account ORDER BY event_time DESC, failed
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS next_log_in
    FROM attempts
),
failures AS (
    SELECT
        f.tenant,
        f.account,
        f.user_id,
        f.user_name,
        f.event_time,
        f.error,
        COALESCE(f.ip_address, l.address) AS address,
        CASE WHEN l.event_seconds IS NULL THEN 0 ELSE 1 END AS ended_in_log_in
    FROM followed AS f
    LEFT JOIN log_ins AS l
        ON l.tenant = f.tenant
        AND l.account = f.account
        AND l.event_seconds = f.next_log_in
        AND l.event_seconds <= f.event_seconds + 3600
    WHERE f.failed = 1
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
FROM failures
GROUP BY tenant, account, address
ORDER BY COUNT(*) DESC, tenant, account, COALESCE(address, '')
