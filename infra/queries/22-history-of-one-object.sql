-- Question: What is the whole history of one object?
-- Finds: Every event, of all time, about the thing with the id given: content, a credential, a role, an account or a
--   device. `found_by` says how: `id`, `list` (a device or user that a run or a deletion reached), or `name`, where a
--   message states no id and the name is one that this thing has had: roles granted or revoked by name, resets and
--   locks of an account. `renamed_from` is the name in the event before where it was another.
-- Why it matters: One object's story shows who made it, what was done with it, who could use it, and under which names.
-- Normal: Created, updated by its owners, used.
-- Limits: What was found by name only may concern a namesake. What an account did is not about it: question 23 has
--   both.
-- Period: all
-- Parameter: object id 'the-id-of-the-object' An id as in object_id, role_id, user_id, or in a list of devices or
--   users.

WITH wanted AS (
    SELECT LOWER({{object}}) AS id
),
by_id AS (
    SELECT
        e.event_time,
        COALESCE(e.instance, '') AS tenant,
        e.event_uid,
        e.previous_user_name,
        CASE
            WHEN LOWER(e.object_id) = w.id THEN 'object'
            WHEN LOWER(e.role_id) = w.id THEN 'role'
            ELSE 'user'
        END AS kind,
        CASE
            WHEN LOWER(e.object_id) = w.id THEN e.object_name
            WHEN LOWER(e.role_id) = w.id THEN e.role_name
            ELSE e.user_name
        END AS name
    FROM {{events}} AS e
    INNER JOIN wanted AS w
        ON LOWER(e.object_id) = w.id OR LOWER(e.role_id) = w.id OR LOWER(e.user_id) = w.id
    WHERE e.event_date <= {{to}}
),
names AS (
    SELECT tenant, kind, LOWER(name) AS name
    FROM by_id
    WHERE name <> ''
    UNION
    SELECT tenant, kind, LOWER(previous_user_name) AS name
    FROM by_id
    WHERE kind = 'user' AND previous_user_name <> ''
),
found AS (
    SELECT event_uid, 1 AS way
    FROM by_id
    UNION ALL
    SELECT i.event_uid, 2 AS way
    FROM audit_event_items AS i
    INNER JOIN wanted AS w
        ON LOWER(i.item) = w.id
    WHERE i.list_name IN ('device_ids', 'user_ids')
        AND i.event_date <= {{to}}
    UNION ALL
    SELECT i.event_uid, 3 AS way
    FROM audit_event_items AS i
    INNER JOIN {{events}} AS e
        ON e.event_uid = i.event_uid
    INNER JOIN names AS n
        ON n.tenant = COALESCE(e.instance, '')
        AND n.kind = 'role'
        AND n.name = LOWER(i.item)
    WHERE i.list_name IN ('roles_granted', 'roles_revoked', 'additional_roles')
        AND i.event_date <= {{to}}
    UNION ALL
    SELECT e.event_uid, 3 AS way
    FROM {{events}} AS e
    INNER JOIN names AS n
        ON n.tenant = COALESCE(e.instance, '')
        AND (
            (n.kind = 'role' AND n.name = LOWER(e.main_role))
            OR (n.kind = 'role' AND e.role_id IS NULL AND n.name = LOWER(e.role_name))
            OR (n.kind = 'user' AND e.user_id IS NULL AND n.name = LOWER(e.user_name))
            OR (n.kind = 'user' AND n.name = LOWER(e.target_user_name))
            OR (n.kind = 'object' AND COALESCE(e.object_id, '') = '' AND n.name = LOWER(e.object_name))
        )
    WHERE e.event_date <= {{to}}
),
best AS (
    SELECT event_uid, MIN(way) AS way
    FROM found
    GROUP BY event_uid
),
named AS (
    SELECT event_uid, name, LAG(name) OVER (PARTITION BY tenant ORDER BY event_time, event_uid) AS name_before
    FROM by_id
    WHERE name IS NOT NULL
)
SELECT
    e.event_time,
    e.instance,
    e.actor_name,
    e.event_name,
    CASE b.way WHEN 1 THEN 'id' WHEN 2 THEN 'list' ELSE 'name' END AS found_by,
    n.name AS name_then,
    CASE WHEN n.name <> n.name_before THEN n.name_before END AS renamed_from,
    e.decode_status,
    e.message,
    e.event_uid
FROM best AS b
INNER JOIN {{events}} AS e
    ON e.event_uid = b.event_uid
LEFT JOIN named AS n
    ON n.event_uid = e.event_uid
WHERE e.event_date BETWEEN {{from}} AND {{to}}
ORDER BY e.event_time, e.event_uid
