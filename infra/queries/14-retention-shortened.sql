-- Question: Was the retention of data shortened in the last 90 days?
-- Finds: Changes of data retention (94341) after which inventory or operational data is kept for fewer days than after
--   the change before, within two years. A change that nothing earlier can be compared with is listed as well, and so
--   is one whose numbers could not be read.
-- Why it matters: Shorter retention destroys evidence without deleting anything by name.
-- Normal: None, or one agreed with those who answer for privacy and for security.
-- Limits: What happened before the lake begins, or before Nexthink wrote this code, cannot be compared.
-- Period: 90 days
-- Parameter: earlier_days days 640 Days before these in which the change before is looked for.

WITH settings AS (
    SELECT
        event_time,
        event_date,
        instance,
        actor_name,
        inventory_retention_days,
        operational_retention_days,
        LAG(event_time) OVER (PARTITION BY instance ORDER BY event_time, event_uid) AS previous_change,
        LAG(inventory_retention_days) OVER (PARTITION BY instance ORDER BY event_time, event_uid) AS inventory_before,
        LAG(operational_retention_days) OVER (
            PARTITION BY instance ORDER BY event_time, event_uid
        ) AS operational_before,
        decode_status,
        event_uid
    FROM {{events}}
    WHERE code = 94341
        AND event_date BETWEEN {{from - earlier_days}} AND {{to}}
),
judged AS (
    SELECT
        event_time,
        event_date,
        instance,
        actor_name,
        inventory_before,
        inventory_retention_days,
        operational_before,
        operational_retention_days,
        previous_change,
        CASE
            WHEN inventory_retention_days < inventory_before THEN 'shortened'
            WHEN operational_retention_days < operational_before THEN 'shortened'
            WHEN inventory_retention_days IS NULL OR operational_retention_days IS NULL THEN 'not readable'
            WHEN inventory_before IS NULL OR operational_before IS NULL THEN 'nothing to compare with'
            ELSE 'not shortened'
        END AS finding,
        decode_status,
        event_uid
    FROM settings
)
SELECT
    event_time,
    instance,
    actor_name,
    finding,
    inventory_before,
    inventory_retention_days AS inventory_after,
    operational_before,
    operational_retention_days AS operational_after,
    previous_change,
    decode_status,
    event_uid
FROM judged
WHERE event_date >= {{from}}
    AND finding <> 'not shortened'
ORDER BY event_time DESC, event_uid
