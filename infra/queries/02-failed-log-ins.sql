-- Question: Whose log-ins failed in the last 30 days, how often, and from which address?
-- Finds: Failed log-ins by account and address, with how many a log-in followed within the hour: at Infinity (90213),
--   and in the classic product at the Portal (20103), with the Finder (20803) and at the Web Console (50001).
-- Why it matters: Many failures on one account are guessing, a few on each of many accounts are spraying; failures that
--   end in a log-in are either a person who mistyped or someone who guessed right.
-- Normal: One to three failures, then a log-in from the account's usual address.
-- Limits: The message of a failure states no address, so the address is that of the account's first log-in within the
--   hour after it; where none followed it stays empty. Classic log-ins state none at all. Their accounts are told apart
--   by name within their system; where the message names nobody, as at the Web Console, it is who the line says did it.
-- Period: 30 days
-- Parameter: minutes integer 60 Minutes within which a log-in counts as the end of the failures.
-- Parameter: failures integer 1 Accounts and addresses with fewer failures are not listed.

WITH tries AS (
    SELECT
        event_time,
        event_seconds,
        COALESCE(instance, '') AS tenant,
        COALESCE(source_system, 'infinity') AS trail,
        CASE WHEN event_name = 'user.login_failed' THEN 1 ELSE 0 END AS failed,
        user_id,
        CASE
            WHEN source_system IN ('engine', 'console') THEN COALESCE(user_name, actor_name)
            ELSE user_name
        END AS user_name,
        ip_address,
        error
    FROM {{events}}
    WHERE event_name IN ('user.login', 'user.login_failed')
        AND event_date BETWEEN {{from}} AND {{to}}
),
attempts AS (
    SELECT
        event_time,
        event_seconds,
        tenant,
        trail,
        CASE
            WHEN user_id IS NOT NULL THEN CONCAT(trail, ' id ', user_id)
            ELSE CONCAT(trail, ' name ', LOWER(COALESCE(user_name, '')))
        END AS account,
        failed,
        user_id,
        user_name,
        ip_address,
        error
    FROM tries
    WHERE failed = 1 OR user_id IS NOT NULL
    UNION ALL
    SELECT
        event_time,
        event_seconds,
        tenant,
        trail,
        CONCAT(trail, ' name ', LOWER(user_name)) AS account,
        failed,
        user_id,
        user_name,
        ip_address,
        error
    FROM tries
    WHERE failed = 0
        AND user_name <> ''
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
        trail,
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
        f.trail,
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
        AND l.event_seconds <= f.event_seconds + CAST({{minutes}} AS bigint) * 60
    WHERE f.failed = 1
)
SELECT
    NULLIF(tenant, '') AS instance,
    trail AS source_system,
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
GROUP BY tenant, trail, account, address
HAVING COUNT(*) >= {{failures}}
ORDER BY COUNT(*) DESC, tenant, account, COALESCE(address, '')
