-- Question: When in the last 35 days did an instance send nothing for longer than usual?
-- Finds: Per instance, times between two events in a row of at least 6 hours that are also at least 4 times as long as
--   is usual for that instance and ended in these days; and instances of the last 400 days whose last event is from
--   before yesterday (`gap_ends` is empty).
-- Why it matters: A gap is either an export that failed or events that someone kept from being exported.
-- Normal: Nights and weekends of an instance that nobody works on then; `audit-lake status` and the alerts say whether
--   files are missing, waiting or rejected.
-- Limits: Times are those of the events, so files that come late fill a gap once they are in. Missing events beside
--   others that came are not seen. Classic logs come by another way, and neither fill a gap nor make one.
-- Period: 35 days
-- Parameter: hours integer 6 Hours that a gap has at least.
-- Parameter: times number 4 How many times as long as is usual it has to be.
-- Parameter: earlier_days days 365 Days before these in which an instance that is silent now was last heard.

WITH events AS (
    SELECT instance, event_time, event_seconds, event_uid, 1 AS is_recent
    FROM {{events}}
    WHERE COALESCE(source_system, 'infinity') = 'infinity'
        AND event_date BETWEEN {{from}} AND {{to}}
    UNION ALL
    -- The last event before these days: a silence may have begun then.
    SELECT
        instance,
        MAX(event_time) AS event_time,
        MAX(event_seconds) AS event_seconds,
        '' AS event_uid,
        0 AS is_recent
    FROM {{events}}
    WHERE COALESCE(source_system, 'infinity') = 'infinity'
        AND event_date BETWEEN {{from - earlier_days}} AND {{from - 1}}
    GROUP BY instance
),
moments AS (
    SELECT
        instance,
        COALESCE(instance, '') AS tenant,
        event_time,
        event_seconds,
        is_recent,
        LAG(event_time) OVER (PARTITION BY instance ORDER BY event_time, event_uid) AS previous_time,
        LAG(event_seconds) OVER (PARTITION BY instance ORDER BY event_time, event_uid) AS previous_seconds
    FROM events
),
spans AS (
    SELECT tenant, COUNT(*) - 1 AS steps, MAX(event_seconds) - MIN(event_seconds) AS seconds
    FROM moments
    WHERE is_recent = 1
    GROUP BY tenant
),
last_days AS (
    SELECT instance, MAX(event_date) AS last_date, MAX(event_time) AS last_time
    FROM {{events}}
    WHERE COALESCE(source_system, 'infinity') = 'infinity'
        AND event_date BETWEEN {{from - earlier_days}} AND {{to}}
    GROUP BY instance
),
gaps AS (
    SELECT
        m.instance,
        m.previous_time AS gap_begins,
        m.event_time AS gap_ends,
        m.event_seconds - m.previous_seconds AS gap_seconds
    FROM moments AS m
    INNER JOIN spans AS s
        ON s.tenant = m.tenant
    WHERE m.event_seconds - m.previous_seconds >= CAST({{hours}} AS bigint) * 3600
        AND (m.event_seconds - m.previous_seconds) * s.steps >= {{times}} * s.seconds
    UNION ALL
    SELECT instance, last_time AS gap_begins, NULL AS gap_ends, NULL AS gap_seconds
    FROM last_days
    WHERE last_date < {{to - 1}}
)
SELECT
    instance,
    gap_begins,
    gap_ends,
    gap_seconds,
    CAST((gap_seconds - gap_seconds % 3600) / 3600 AS int) AS whole_hours
FROM gaps
ORDER BY CASE WHEN gap_ends IS NULL THEN 0 ELSE 1 END, gap_begins DESC, COALESCE(instance, '')
