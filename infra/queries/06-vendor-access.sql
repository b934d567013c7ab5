-- Question: When did Nexthink's support have access, and which access is still open?
-- Finds: Every access granted (91041) or changed (91042) in the last two years, or before and still in force on one
--   of their days, and what became of it: `revoked` (91043), `changed` (a later row has what holds now), `expired`,
--   `open`, or `open, end not readable`. Open ones come first.
-- Why it matters: Access of a vendor is access of people you did not choose; a window left open is a standing risk.
-- Normal: Short windows, tied to a support case, revoked or expired soon after; none open without a case.
-- Limits: The message gives the end as text in a form that is not documented. It is compared by day where it begins
--   like 2026-03-31 (access counts as open throughout that day), and cannot be otherwise. What was granted more than
--   730 days before the first day is not seen.
-- Period: 730 days
-- Parameter: known_days days 730 Days before the first in which access that was in force later may have been granted.

WITH changes AS (
    SELECT
        event_time,
        event_date,
        instance,
        code,
        actor_name,
        grantee,
        expiration,
        main_role,
        decode_status,
        event_uid,
        CASE
            WHEN grantee IS NULL THEN CONCAT('event ', event_uid)
            ELSE CONCAT('grantee ', LOWER(grantee))
        END AS who,
        CASE
            WHEN SUBSTRING(expiration, 5, 1) = '-' AND SUBSTRING(expiration, 8, 1) = '-'
                THEN TRY_CAST(SUBSTRING(expiration, 1, 10) AS date)
        END AS expires_on
    FROM {{events}}
    WHERE code IN (91041, 91042, 91043)
        AND event_date BETWEEN {{from - known_days}} AND {{to}}
),
followed AS (
    SELECT
        event_time,
        event_date,
        instance,
        code,
        actor_name,
        grantee,
        expiration,
        expires_on,
        main_role,
        decode_status,
        event_uid,
        MIN(CASE WHEN code = 91042 THEN event_time END) OVER (
            PARTITION BY instance, who ORDER BY event_time, event_uid
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS changed_at,
        MIN(CASE WHEN code = 91043 THEN event_time END) OVER (
            PARTITION BY instance, who ORDER BY event_time, event_uid
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS revoked_at,
        MIN(CASE WHEN code IN (91042, 91043) THEN event_date END) OVER (
            PARTITION BY instance, who ORDER BY event_time, event_uid
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS ended_on
    FROM changes
),
judged AS (
    SELECT
        event_time,
        event_date,
        instance,
        actor_name,
        grantee,
        main_role,
        expiration,
        expires_on,
        CASE WHEN code = 91041 THEN 'granted' ELSE 'changed' END AS step,
        CASE WHEN changed_at < revoked_at OR revoked_at IS NULL THEN changed_at ELSE revoked_at END AS ended_at,
        ended_on,
        CASE
            WHEN changed_at IS NOT NULL AND (changed_at < revoked_at OR revoked_at IS NULL) THEN 'changed'
            WHEN revoked_at IS NOT NULL THEN 'revoked'
            WHEN expires_on IS NULL THEN 'open, end not readable'
            WHEN expires_on < {{to}} THEN 'expired'
            ELSE 'open'
        END AS what_became,
        decode_status,
        event_uid
    FROM followed
    WHERE code IN (91041, 91042)
)
SELECT
    what_became,
    event_time,
    instance,
    actor_name,
    step,
    grantee,
    main_role,
    expiration,
    expires_on,
    ended_at,
    decode_status,
    event_uid
FROM judged
WHERE event_date >= {{from}}
    OR (COALESCE(ended_on, {{to}}) >= {{from}} AND COALESCE(expires_on, {{to}}) >= {{from}})
ORDER BY
    CASE WHEN what_became IN ('open', 'open, end not readable') THEN 0 ELSE 1 END,
    event_time DESC,
    event_uid
