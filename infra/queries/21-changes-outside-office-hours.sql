-- Question: Which changes were made outside office hours in the last 30 days?
-- Finds: Creations, updates, deletions, grants, revocations, scheduled deletions, and what was enabled or disabled, on
--   Saturday, Sunday, before 07:00 or from 19:00 on (UTC), of more than informational severity. The most severe come
--   first.
-- Why it matters: Who has stolen an account uses it when its owner sleeps.
-- Normal: Automation, colleagues in other time zones, maintenance at night: look for actors who are neither.
-- Change: Hours and days, to your office's in UTC; leave out accounts of your automation by their names.

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
    event_uid
FROM audit_events
WHERE action IN ('create', 'update', 'delete', 'grant', 'revoke', 'schedule_deletion', 'enable', 'disable')
    AND COALESCE(severity, 'unknown') <> 'informational'
    AND (event_hour < 7 OR event_hour >= 19 OR event_weekday >= 6)
    AND event_date BETWEEN {{days_ago(30)}} AND {{days_ago(0)}}
ORDER BY
    CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'low' THEN 3 ELSE 2 END,
    event_time DESC,
    event_uid
