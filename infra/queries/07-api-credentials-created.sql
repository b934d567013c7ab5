-- Question: Which API credentials were created in the last 90 days, by whom, and do they still exist?
-- Finds: API credentials created (91032), with the last update (91031) and the removal (91033) of the same id since.
-- Why it matters: A credential outlives the account that made it and needs no second factor: it is how access persists.
-- Normal: Few, by those who run integrations, with a name that says what for. One that was made and removed within
--   minutes, or by an account that never made one before, deserves a question.
-- Period: 90 days
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

WITH created AS (
    SELECT
        event_time,
        instance,
        COALESCE(instance, '') AS tenant,
        actor_name,
        object_id,
        object_name,
        decode_status,
        event_uid
    FROM {{events}}
    WHERE code = 91032
        AND event_date BETWEEN {{from}} AND {{to}}
        AND {{none_of(leave_out, actor_name)}}
),
since AS (
    SELECT
        c.event_uid,
        MAX(CASE WHEN e.code = 91031 THEN e.event_time END) AS last_updated,
        MIN(CASE WHEN e.code = 91033 THEN e.event_time END) AS removed
    FROM created AS c
    INNER JOIN {{events}} AS e
        ON e.object_id = c.object_id
        AND COALESCE(e.instance, '') = c.tenant
        AND e.event_time >= c.event_time
    WHERE e.code IN (91031, 91033)
        AND e.event_date BETWEEN {{from}} AND {{to}}
    GROUP BY c.event_uid
)
SELECT
    c.event_time,
    c.instance,
    c.actor_name,
    c.object_id AS credentials_id,
    c.object_name AS credentials,
    s.last_updated,
    s.removed,
    c.decode_status,
    c.event_uid
FROM created AS c
LEFT JOIN since AS s
    ON s.event_uid = c.event_uid
ORDER BY c.event_time DESC, c.event_uid
