-- Question: What did one person do, and what was done to them?
-- Finds: Every event, of all time, that somebody named by an id, a name or a word of it did (`did`), or that was about
--   them (`was done`), or both. `found_by` says how: `id`, `list` (a list of user ids), `name`, or `name of the
--   account`: one that the id has or had, before or after it was renamed. `name_then` is the name that the event gives;
--   it is empty where the event gives an id alone.
-- Why it matters: It is the first thing asked once an account is suspected, and what a person may ask of you.
-- Normal: What goes with their work, at their hours, from their addresses.
-- Limits: A word or a name finds everybody who has it or had it; ask by id to tell them apart. What was found by a name
--   only may concern a namesake, or be of another system. An account that was renamed is followed where messages state
--   its id. What only the text of a message mentions, and names that are contested (question 17), are not found.
-- Period: all
-- Parameter: person id 'a-name-or-an-id' An id, a name or an address, or one or more whole words of it: chidi,
--   chidi.obi, Obi; whatever its case.

WITH subjects AS (
    SELECT
        event_uid,
        COALESCE(instance, '') AS tenant,
        CASE WHEN event_name IN ('user.login', 'user.logout', 'spark.message_on_behalf') THEN 1 ELSE 0 END AS user_did,
        LOWER(user_id) AS user_id,
        user_name,
        previous_user_name,
        old_email,
        new_email,
        target_user_name,
        grantee,
        updated_by
    FROM {{events}}
    WHERE (
            user_id <> '' OR user_name <> '' OR previous_user_name <> '' OR old_email <> '' OR new_email <> ''
            OR target_user_name <> '' OR grantee <> '' OR updated_by <> ''
        )
        AND event_date <= {{to}}
),
mentions AS (
    SELECT
        event_uid,
        COALESCE(instance, '') AS tenant,
        1 AS did,
        -- Who does something to the account of the same name is that account.
        LOWER(
            COALESCE(NULLIF(actor_id, ''), CASE WHEN LOWER(actor_name) = LOWER(user_name) THEN user_id END)
        ) AS person_id,
        actor_name AS name
    FROM {{events}}
    WHERE event_date <= {{to}}
    UNION ALL
    SELECT event_uid, tenant, user_did AS did, user_id AS person_id, user_name AS name
    FROM subjects
    WHERE user_id <> ''
        OR user_name <> ''
    UNION ALL
    SELECT event_uid, tenant, 0 AS did, user_id AS person_id, previous_user_name AS name
    FROM subjects
    WHERE previous_user_name <> ''
    UNION ALL
    SELECT event_uid, tenant, 0 AS did, user_id AS person_id, old_email AS name
    FROM subjects
    WHERE old_email <> ''
    UNION ALL
    SELECT event_uid, tenant, 0 AS did, user_id AS person_id, new_email AS name
    FROM subjects
    WHERE new_email <> ''
    UNION ALL
    SELECT event_uid, tenant, 0 AS did, NULL AS person_id, target_user_name AS name
    FROM subjects
    WHERE target_user_name <> ''
    UNION ALL
    SELECT event_uid, tenant, 0 AS did, NULL AS person_id, grantee AS name
    FROM subjects
    WHERE grantee <> ''
    UNION ALL
    SELECT event_uid, tenant, 1 AS did, NULL AS person_id, updated_by AS name
    FROM subjects
    WHERE updated_by <> ''
),
listed AS (
    SELECT event_uid, LOWER(item) AS person_id
    FROM audit_event_items
    WHERE list_name = 'user_ids'
        AND event_date <= {{to}}
),
accounts AS (
    SELECT tenant, person_id, LOWER(name) AS name
    FROM mentions
    GROUP BY tenant, person_id, LOWER(name)
),
-- Words are looked for in each name once: in its greatest spelling, lest an engine looks for them in every mention.
spellings AS (
    SELECT name, MAX(name) AS spelling
    FROM accounts
    WHERE name <> ''
    GROUP BY name
),
named AS (
    SELECT a.tenant, a.person_id, a.name
    FROM accounts AS a
    INNER JOIN spellings AS s
        ON s.name = a.name
    WHERE {{is(person, s.spelling)}}
        OR (
            -- A text without a word is two blanks.
            {{words(person)}} <> '  '
            AND REPLACE({{words(s.spelling)}}, {{words(person)}}, '') <> {{words(s.spelling)}}
        )
),
ids AS (
    SELECT tenant, person_id
    FROM named
    WHERE person_id <> ''
    UNION
    SELECT tenant, person_id
    FROM accounts
    WHERE {{is(person, person_id)}}
    UNION
    SELECT m.tenant, l.person_id
    FROM listed AS l
    INNER JOIN mentions AS m
        ON m.event_uid = l.event_uid
    WHERE {{is(person, l.person_id)}}
),
names AS (
    SELECT tenant, name, MIN(way) AS way
    FROM (
        SELECT tenant, name, 3 AS way
        FROM named
        WHERE name <> ''
        UNION ALL
        SELECT a.tenant, a.name, 4 AS way
        FROM accounts AS a
        INNER JOIN ids AS i
            ON i.tenant = a.tenant
            AND i.person_id = a.person_id
        WHERE a.name <> ''
    ) AS known_names
    GROUP BY tenant, name
),
found AS (
    SELECT m.event_uid, m.did, m.name, 1 AS way
    FROM mentions AS m
    INNER JOIN ids AS i
        ON i.tenant = m.tenant
        AND i.person_id = m.person_id
    UNION ALL
    SELECT l.event_uid, 0 AS did, NULL AS name, 2 AS way
    FROM listed AS l
    INNER JOIN ids AS i
        ON i.person_id = l.person_id
    INNER JOIN mentions AS m
        ON m.event_uid = l.event_uid
        AND m.tenant = i.tenant
    UNION ALL
    SELECT m.event_uid, m.did, m.name, n.way
    FROM mentions AS m
    INNER JOIN names AS n
        ON n.tenant = m.tenant
        AND n.name = LOWER(m.name)
    WHERE COALESCE(m.person_id, '') = ''
),
best AS (
    SELECT event_uid, MAX(did) AS did, MIN(did) AS only_did, MIN(way) AS way, MAX(name) AS name_then
    FROM found
    GROUP BY event_uid
)
SELECT
    e.event_time,
    e.instance,
    e.source_system,
    CASE WHEN b.only_did = 1 THEN 'did' WHEN b.did = 0 THEN 'was done' ELSE 'both' END AS direction,
    CASE b.way WHEN 1 THEN 'id' WHEN 2 THEN 'list' WHEN 3 THEN 'name' ELSE 'name of the account' END AS found_by,
    b.name_then,
    e.event_name,
    e.actor_name,
    COALESCE(e.object_name, e.role_name, e.group_name, e.user_name, e.grantee, e.custom_field_name) AS what,
    e.object_id,
    e.ip_address,
    e.decode_status,
    e.message,
    e.event_uid
FROM best AS b
INNER JOIN {{events}} AS e
    ON e.event_uid = b.event_uid
WHERE e.event_date BETWEEN {{from}} AND {{to}}
ORDER BY e.event_time, e.event_uid
