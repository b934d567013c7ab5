-- Question: Which roles and permissions were granted in the last 30 days, to whom and by whom?
-- Finds: One row for each role given to a user, a single sign-on group or Nexthink's support, each permission added to
--   a role, each setting of what a role may see, each access to content given to a role, and each role of a profile of
--   the classic Portal (20209, 20210; `in_profile`, which says nothing of whom it is given to). Roles added or changed
--   there (20206, 20207) and profiles given to users (20204) are listed with an empty `granted`, since their messages
--   do not say more. An event whose message could not be read for sure is listed too, with an empty `granted` where
--   that is what is uncertain.
-- Why it matters: Rights are how an intruder stays and spreads; a permission added to a role reaches everyone who holds
--   it, and a role given to a group everyone in that group.
-- Normal: Grants by the few who administer accounts, matching a request; new joiners; nothing for wide roles.
-- Limits: The older shape of an account's update states no roles, and such a change cannot be seen here. What a role
--   may see, and the roles of a profile, are given as they are now: whether that is more than before, earlier events
--   say (of a role question 22).
-- Period: 30 days
-- Parameter: roles texts [] Roles and permissions that matter; with none, all do. A row that names none is listed
--   either way.
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

WITH granted AS (
    SELECT event_uid, list_name AS kind, position, item
    FROM audit_event_items
    WHERE list_name IN ('roles_granted', 'permissions_granted', 'additional_roles', 'roles')
        AND event_date BETWEEN {{from}} AND {{to}}
    UNION ALL
    SELECT event_uid, 'main_role' AS kind, 0 AS position, main_role AS item
    FROM {{events}}
    WHERE code IN (91041, 91042)
        AND main_role <> ''
        AND event_date BETWEEN {{from}} AND {{to}}
    UNION ALL
    SELECT event_uid, 'data_privacy_visibility' AS kind, 0 AS position, data_privacy_visibility AS item
    FROM {{events}}
    WHERE code IN (91021, 91022)
        AND data_privacy_visibility <> ''
        AND event_date BETWEEN {{from}} AND {{to}}
    UNION ALL
    SELECT event_uid, 'data_model_visibility' AS kind, 0 AS position, data_model_visibility AS item
    FROM {{events}}
    WHERE code IN (91021, 91022)
        AND data_model_visibility <> ''
        AND event_date BETWEEN {{from}} AND {{to}}
    UNION ALL
    SELECT event_uid, 'view_domain' AS kind, 0 AS position, view_domain AS item
    FROM {{events}}
    WHERE code IN (91021, 91022)
        AND view_domain <> ''
        AND event_date BETWEEN {{from}} AND {{to}}
    UNION ALL
    SELECT event_uid, 'permission' AS kind, 0 AS position, permission AS item
    FROM {{events}}
    WHERE code IN (91181, 91182)
        AND permission IS NOT NULL
        AND event_date BETWEEN {{from}} AND {{to}}
)
SELECT
    e.event_time,
    e.instance,
    e.source_system,
    e.actor_name,
    e.event_name,
    g.kind,
    g.item AS granted,
    CASE
        WHEN e.code IN (91011, 91012, 91014) THEN e.user_name
        WHEN e.code IN (91061, 91062) THEN e.group_name
        WHEN e.code IN (91041, 91042) THEN e.grantee
        ELSE e.role_name
    END AS granted_to,
    CASE
        WHEN e.code IN (91011, 91012, 91014) THEN e.user_id
        ELSE e.role_id
    END AS granted_to_id,
    CASE WHEN e.code IN (20209, 20210) THEN e.object_name END AS in_profile,
    CASE WHEN e.code IN (91181, 91182) THEN e.object_name END AS on_content,
    e.decode_status,
    e.event_uid
FROM {{events}} AS e
LEFT JOIN granted AS g
    ON g.event_uid = e.event_uid
WHERE e.code IN (
        91011, 91012, 91014, 91021, 91022, 91041, 91042, 91061, 91062, 91181, 91182, 20204, 20206, 20207, 20209, 20210
    )
    AND e.event_date BETWEEN {{from}} AND {{to}}
    AND (g.event_uid IS NOT NULL OR e.decode_status <> 'decoded' OR e.code IN (20204, 20206, 20207))
    AND {{any_of(roles, g.item)}}
    AND {{none_of(leave_out, e.actor_name)}}
ORDER BY e.event_time DESC, e.event_uid, COALESCE(g.kind, ''), COALESCE(g.position, 0)
