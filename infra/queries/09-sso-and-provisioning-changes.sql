-- Question: What was changed in single sign-on and in account provisioning in the last 90 days?
-- Finds: Updates of the single sign-on configuration (91051) and changes of provisioning groups (91061-91063), with one
--   row for each role that a group gained or lost.
-- Why it matters: Whoever controls single sign-on decides who everyone is; a role given to a group reaches people whose
--   accounts show no change.
-- Normal: Next to none once set up.
-- Limits: The message of 91051 says nothing but that there was a change: ask who made it what it was.
-- Period: 90 days
-- Parameter: roles texts [] Roles and permissions that matter; with none, all do. A row that names none is listed
--   either way.
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

WITH roles AS (
    SELECT event_uid, list_name, position, item
    FROM audit_event_items
    WHERE list_name IN ('roles_granted', 'roles_revoked')
        AND code IN (91061, 91062)
        AND event_date BETWEEN {{from}} AND {{to}}
)
SELECT
    e.event_time,
    e.instance,
    e.actor_name,
    e.event_name,
    e.group_name,
    CASE
        WHEN r.list_name = 'roles_granted' THEN 'granted'
        WHEN r.list_name = 'roles_revoked' THEN 'revoked'
    END AS role_change,
    r.item AS role_name,
    COALESCE(e.rank, e.rank_change) AS group_rank,
    e.decode_status,
    e.event_uid
FROM {{events}} AS e
LEFT JOIN roles AS r
    ON r.event_uid = e.event_uid
WHERE e.code IN (91051, 91061, 91062, 91063)
    AND e.event_date BETWEEN {{from}} AND {{to}}
    AND {{any_of(roles, r.item)}}
    AND {{none_of(leave_out, e.actor_name)}}
ORDER BY e.event_time DESC, e.event_uid, COALESCE(r.list_name, ''), COALESCE(r.position, 0)
