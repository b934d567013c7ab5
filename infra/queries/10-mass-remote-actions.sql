-- Question: Who ran remote actions or workflows on many devices within an hour, in the last 30 days?
-- Finds: Runs of remote actions and workflows (93011, 93131, 94011, 94131, 95011, 95012) with which the same actor had
--   reached 100 devices within the last 60 minutes, in one run or in many small ones. A device counts once for each
--   run; where a message states fewer devices than it lists, those listed count. A run whose devices could not be read
--   is listed too, with `devices` empty.
-- Why it matters: This is how a whole fleet is wiped, encrypted or spied on at once; many small runs avoid attention.
-- Normal: Planned rollouts by automation at a known time.
-- Limits: Where the export has no actor, all runs count as one actor's. A workflow that runs for users states no
--   devices, and counts none.
-- Period: 30 days
-- Parameter: devices integer 100 Devices that are many.
-- Parameter: minutes integer 60 Minutes within which they are reached.
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

WITH listed AS (
    SELECT event_uid, COUNT(*) AS devices
    FROM audit_event_items
    WHERE list_name = 'device_ids'
        AND event_date BETWEEN {{from}} AND {{to}}
    GROUP BY event_uid
),
runs AS (
    SELECT
        e.event_time,
        e.event_seconds,
        e.instance,
        e.event_name,
        e.actor_name,
        e.object_id,
        e.object_name,
        e.decode_status,
        e.event_uid,
        CASE
            WHEN e.actor_id IS NOT NULL THEN CONCAT('id ', e.actor_id)
            ELSE CONCAT('name ', LOWER(COALESCE(e.actor_name, '')))
        END AS actor,
        CASE
            WHEN COALESCE(l.devices, 0) > COALESCE(e.device_count, 0) THEN CAST(l.devices AS bigint)
            WHEN e.device_count IS NOT NULL THEN CAST(e.device_count AS bigint)
            WHEN e.decode_status = 'decoded' THEN CAST(0 AS bigint)
        END AS devices
    FROM {{events}} AS e
    LEFT JOIN listed AS l
        ON l.event_uid = e.event_uid
    WHERE e.code IN (93011, 93131, 94011, 94131, 95011, 95012)
        AND e.event_date BETWEEN {{from}} AND {{to}}
        AND {{none_of(leave_out, e.actor_name)}}
),
-- Each run enters the time when it happens and leaves it at its end: a running sum is what the time holds.
steps AS (
    SELECT instance, actor, event_seconds AS at_second, 1 AS entering, devices, event_uid
    FROM runs
    UNION ALL
    SELECT
        instance,
        actor,
        event_seconds + CAST({{minutes}} AS bigint) * 60 AS at_second,
        0 AS entering,
        0 - devices AS devices,
        event_uid
    FROM runs
),
sums AS (
    SELECT
        event_uid,
        entering,
        SUM(devices) OVER (
            PARTITION BY instance, actor ORDER BY at_second, entering, event_uid
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS devices_then,
        SUM(CASE WHEN entering = 1 THEN 1 ELSE -1 END) OVER (
            PARTITION BY instance, actor ORDER BY at_second, entering, event_uid
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS runs_then
    FROM steps
)
SELECT
    r.event_time,
    r.instance,
    r.actor_name,
    r.event_name,
    r.object_id,
    r.object_name,
    r.devices,
    CAST(h.devices_then AS bigint) AS devices_within_the_time,
    CAST(h.runs_then AS bigint) AS runs_within_the_time,
    r.decode_status,
    r.event_uid
FROM runs AS r
INNER JOIN sums AS h
    ON h.event_uid = r.event_uid
    AND h.entering = 1
WHERE (h.devices_then >= {{devices}} OR r.devices IS NULL)
ORDER BY r.event_time DESC, r.event_uid
