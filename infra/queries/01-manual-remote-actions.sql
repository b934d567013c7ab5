-- Question: Which remote actions did people start by hand in the last 30 days?
-- Finds: Every run of a remote action that someone started in the web interface (code 94011), with who, from where in
--   the product, and on how many devices. It is the example that the documentation of audit logs in NQL gives. Those
--   started in the Finder of the classic product (21001) are listed too; their message is in audit_events.
-- Why it matters: A remote action runs a script on employees' devices, mostly with system rights.
-- Normal: The service desk, on one or a few devices at a time, started from the device view or an investigation.
-- Change: Add 93011, 21002 and 21003 for runs through the API, 95011 and 95012 for those of Spark, 94131 and 93131 for
--   workflows.
-- Period: 30 days
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

SELECT
    event_time,
    instance,
    actor_name,
    trigger_source,
    object_id AS remote_action_id,
    object_name AS remote_action,
    device_count,
    decode_status,
    event_uid
FROM {{events}}
WHERE code IN (94011, 21001)
    AND event_date BETWEEN {{from}} AND {{to}}
    AND {{none_of(leave_out, actor_name)}}
ORDER BY event_time DESC, event_uid
