-- Question: Who gave a role to their own account in the last 90 days?
-- Finds: Roles granted to a user (91011, 91012, 91014) where actor and subject are the same account: by id, by name
--   whatever its case, or by a name that the account had in these days or the 90 before (someone may rename an account
--   first). An event about the actor's own account that could not be read for sure is listed too, with an empty role.
-- Why it matters: Nobody should decide on their own rights; it is the shortest way from one stolen administrator to
--   all.
-- Normal: None, except the first administrator while an instance is being set up.
-- Limits: Not seen here: rights that reach an account through a role or a group it belongs to (question 04), and grants
--   by another account of the same person; and the classic product, whose messages name no role of a user. The address
--   is not here: audit-lake events --ip finds what came from one, question 03 the log-ins from a new one.
-- Period: 90 days
-- Parameter: roles texts [] Roles and permissions that matter; with none, all do. A row that names none is listed
--   either way.
-- Parameter: former_days days 90 Days before these in which an account's former names are looked for.

WITH grants AS (
    SELECT
        e.event_time,
        e.instance,
        COALESCE(e.instance, '') AS tenant,
        e.actor_id,
        e.actor_name,
        e.user_id,
        e.user_name,
        e.event_name,
        e.decode_status,
        e.event_uid,
        i.position,
        i.item AS role_granted
    FROM {{events}} AS e
    LEFT JOIN audit_event_items AS i
        ON i.event_uid = e.event_uid
        AND i.list_name = 'roles_granted'
        AND i.event_date BETWEEN {{from}} AND {{to}}
    WHERE e.code IN (91011, 91012, 91014)
        AND e.event_date BETWEEN {{from}} AND {{to}}
        AND (i.event_uid IS NOT NULL OR e.decode_status <> 'decoded')
),
names AS (
    SELECT COALESCE(instance, '') AS tenant, user_id AS account_id, LOWER(user_name) AS account_name
    FROM {{events}}
    WHERE family IN ('session', 'account')
        AND user_id IS NOT NULL
        AND user_name <> ''
        AND event_date BETWEEN {{from - former_days}} AND {{to}}
    UNION
    SELECT COALESCE(instance, '') AS tenant, user_id AS account_id, LOWER(previous_user_name) AS account_name
    FROM {{events}}
    WHERE family = 'account'
        AND user_id IS NOT NULL
        AND previous_user_name <> ''
        AND event_date BETWEEN {{from - former_days}} AND {{to}}
)
SELECT
    g.event_time,
    g.instance,
    g.actor_name,
    g.user_name,
    g.user_id,
    g.role_granted,
    CASE
        WHEN LOWER(g.actor_id) = LOWER(g.user_id) THEN 'id'
        WHEN LOWER(g.actor_name) = LOWER(g.user_name) THEN 'name'
        ELSE 'another name of the account'
    END AS same_by,
    g.event_name,
    g.decode_status,
    g.event_uid
FROM grants AS g
LEFT JOIN names AS n
    ON n.tenant = g.tenant
    AND n.account_id = g.user_id
    AND n.account_name = LOWER(g.actor_name)
WHERE (
        LOWER(g.actor_id) = LOWER(g.user_id)
        OR (LOWER(g.actor_name) = LOWER(g.user_name) AND g.actor_name <> '')
        OR n.account_name IS NOT NULL
    )
    AND {{any_of(roles, g.role_granted)}}
ORDER BY g.event_time DESC, g.event_uid, COALESCE(g.position, 0)
