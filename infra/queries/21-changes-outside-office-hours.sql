-- Question: Which changes were made outside office hours in the last 30 days?
-- Finds: Creations, updates, deletions, grants, revocations, scheduled deletions, and what was enabled or disabled, on
--   Saturday, Sunday, before 07:00 or from 19:00 on (UTC), of more than informational severity. The most severe come
--   first.
-- Why it matters: Who has stolen an account uses it when its owner sleeps.
-- Normal: Automation, colleagues in other time zones, maintenance at night: look for actors who are neither.
-- Period: 30 days
-- Parameter: zone zone UTC The time zone of the office.
-- Parameter: weekdays weekdays 1-5 Days that are worked on there, 1 Monday to 7 Sunday.
-- Parameter: opens time 07:00 When office hours begin there.
-- Parameter: closes time 19:00 When they end; where that is before they begin, they go on after midnight.
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

WITH changes AS (
    SELECT
        event_time,
        event_weekday,
        instance,
        actor_name,
        severity,
        code,
        event_name,
        COALESCE(object_name, role_name, group_name, user_name, grantee) AS what,
        decode_status,
        event_uid,
        event_seconds + {{utc_offset(zone, event_seconds)}} AS office_seconds
    FROM {{events}}
    WHERE action IN ('create', 'update', 'delete', 'grant', 'revoke', 'schedule_deletion', 'enable', 'disable')
        AND COALESCE(severity, 'unknown') <> 'informational'
        AND event_date BETWEEN {{from}} AND {{to}}
        AND {{none_of(leave_out, actor_name)}}
),
clocks AS (
    SELECT
        event_time,
        event_weekday,
        instance,
        actor_name,
        severity,
        code,
        event_name,
        what,
        decode_status,
        event_uid,
        office_seconds % 86400 AS office_second,
        -- 1970-01-01 was a Thursday.
        CAST((office_seconds - office_seconds % 86400) / 86400 AS int) % 7 AS days_after_thursday
    FROM changes
),
judged AS (
    SELECT
        event_time,
        event_weekday,
        instance,
        actor_name,
        severity,
        code,
        event_name,
        what,
        decode_status,
        event_uid,
        (days_after_thursday + 3) % 7 + 1 AS office_weekday,
        CAST((office_second - office_second % 3600) / 3600 AS int) AS office_hour,
        CASE
            WHEN (days_after_thursday + 3) % 7 + 1 NOT IN ({{weekdays}}) THEN 0
            WHEN {{opens}} < {{closes}} AND office_second >= {{opens}} AND office_second < {{closes}} THEN 1
            WHEN {{opens}} >= {{closes}} AND (office_second >= {{opens}} OR office_second < {{closes}}) THEN 1
            ELSE 0
        END AS in_hours
    FROM clocks
)
SELECT
    event_time,
    event_weekday,
    office_weekday,
    office_hour,
    instance,
    actor_name,
    severity,
    code,
    event_name,
    what,
    decode_status,
    event_uid
FROM judged
WHERE in_hours = 0
ORDER BY
    CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'low' THEN 3 ELSE 2 END,
    event_time DESC,
    event_uid
