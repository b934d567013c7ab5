-- Question: Which devices and users were scheduled for deletion in the last 90 days, and by whom?
-- Finds: One row for each device name (94301) and each user SID (94303) scheduled for deletion, with the number that
--   the message states. Users here are monitored employees, not accounts of the platform.
-- Why it matters: It removes what was recorded about a device or a person: tidiness, a lawful request, or covering
--   tracks.
-- Normal: Devices that were retired, in batches, by the same few people. A single device of someone under investigation
--   is not.
-- Limits: A device name that holds a comma looks like two: where the number stated and the rows differ, the message
--   column of audit_events has the truth.
-- Period: 90 days
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

WITH targets AS (
    SELECT event_uid, list_name, position, item
    FROM audit_event_items
    WHERE list_name IN ('device_names', 'user_ids')
        AND code IN (94301, 94303)
        AND event_date BETWEEN {{from}} AND {{to}}
)
SELECT
    e.event_time,
    e.instance,
    e.actor_name,
    CASE WHEN e.code = 94301 THEN 'device' ELSE 'user' END AS kind,
    t.item AS scheduled_for_deletion,
    COALESCE(e.device_count, e.user_count) AS number_stated,
    e.decode_status,
    e.event_uid
FROM {{events}} AS e
LEFT JOIN targets AS t
    ON t.event_uid = e.event_uid
WHERE e.code IN (94301, 94303)
    AND e.event_date BETWEEN {{from}} AND {{to}}
    AND {{none_of(leave_out, e.actor_name)}}
ORDER BY e.event_time DESC, e.event_uid, COALESCE(t.list_name, ''), COALESCE(t.position, 0)
