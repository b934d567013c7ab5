-- Question: How many events came per day and family in the last 30 days?
-- Finds: Events by day, instance and family, with how many failed, how many have high severity, and how many could not
--   be read for sure. An event whose code says nothing of its family counts as `unknown`.
-- Why it matters: A day that is much lower than its like says that something is missing; one that is much higher, that
--   something is running away.
-- Normal: A weekly rhythm with low weekends; automation is even.
-- Period: 30 days

WITH recent AS (
    SELECT event_date, instance, COALESCE(family, 'unknown') AS family, outcome, severity, decode_status
    FROM {{events}}
    WHERE event_date BETWEEN {{from}} AND {{to}}
)
SELECT
    event_date,
    instance,
    family,
    COUNT(*) AS events,
    SUM(CASE WHEN outcome = 'failure' THEN 1 ELSE 0 END) AS failures,
    SUM(CASE WHEN severity = 'high' THEN 1 ELSE 0 END) AS high_severity,
    SUM(CASE WHEN decode_status = 'decoded' THEN 0 ELSE 1 END) AS not_decoded
FROM recent
GROUP BY event_date, instance, family
ORDER BY event_date DESC, COALESCE(instance, ''), family
