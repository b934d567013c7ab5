-- Question: Who logged in from an address that was not seen for that account in the 90 days before?
-- Finds: Log-ins (90211) of the last 30 days whose address the same account had not used in the 90 days before, with
--   the account's log-in before it for comparison. Accounts are told apart by id, and by name where no id is given; a
--   log-in that states neither is always listed.
-- Why it matters: A stolen password or session is first seen as a log-in from somewhere new.
-- Normal: People who travel, change provider or work from home, most often from the same country and at their usual
--   hours. An account's first log-in is always new (previous_log_in is empty), and so is much in the first 90 days of a
--   lake.
-- Limits: Log-ins of the older message shape, and those of the classic product, state no address and are left out.
--   Addresses are compared as written, whatever the case of letters.
-- Period: 30 days
-- Parameter: known_days days 90 Days for which an address counts as known after it was seen.

WITH log_ins AS (
    SELECT
        event_time,
        event_date,
        event_seconds,
        instance,
        user_id,
        user_name,
        session_id,
        LOWER(ip_address) AS address,
        event_uid,
        CASE
            WHEN user_id IS NOT NULL THEN CONCAT('id ', user_id)
            WHEN user_name <> '' THEN CONCAT('name ', LOWER(user_name))
            ELSE CONCAT('event ', event_uid)
        END AS account
    FROM {{events}}
    WHERE code = 90211
        AND ip_address <> ''
        AND event_date BETWEEN {{from - known_days}} AND {{to}}
),
compared AS (
    SELECT
        event_time,
        event_date,
        event_seconds,
        instance,
        user_id,
        user_name,
        session_id,
        address,
        event_uid,
        LAG(event_seconds) OVER (
            PARTITION BY instance, account, address ORDER BY event_time, event_uid
        ) AS address_seen,
        LAG(event_time) OVER (PARTITION BY instance, account ORDER BY event_time, event_uid) AS previous_log_in,
        LAG(address) OVER (PARTITION BY instance, account ORDER BY event_time, event_uid) AS previous_address
    FROM log_ins
)
SELECT
    event_time,
    instance,
    user_id,
    user_name,
    address,
    previous_log_in,
    previous_address,
    session_id,
    event_uid
FROM compared
WHERE event_date >= {{from}}
    AND (address_seen IS NULL OR event_seconds - address_seen > CAST({{known_days}} AS bigint) * 86400)
ORDER BY event_time DESC, event_uid
