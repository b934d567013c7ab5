-- Question: Which ways for data to leave the platform were changed in the last 30 days?
-- Finds: Bulk exports (92071-92073), webhooks (92081-92083), connector credentials (92171-92173) and NQL API queries
--   (92231-92233) that were created, updated or deleted.
-- Why it matters: Each can carry what Nexthink knows of every employee's device to an address of the changer's choice;
--   deleting one can blind those who relied on it, this pipeline's own export among them.
-- Normal: Rare, announced, by those who run integrations. Something created and deleted again on the same day is not.
-- Change: Add 91031-91033 for API credentials (question 07), 92111-92143 and 92201-92203 for connectors that bring data
--   in.
-- Period: 30 days
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

SELECT
    event_time,
    instance,
    actor_name,
    object_type AS way_out,
    action,
    object_id,
    object_name,
    decode_status,
    event_uid
FROM {{events}}
WHERE code IN (92071, 92072, 92073, 92081, 92082, 92083, 92171, 92172, 92173, 92231, 92232, 92233)
    AND event_date BETWEEN {{from}} AND {{to}}
    AND {{none_of(leave_out, actor_name)}}
ORDER BY event_time DESC, event_uid
