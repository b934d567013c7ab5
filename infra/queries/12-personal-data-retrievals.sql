-- Question: Whose personal data was retrieved in the last 90 days, by whom, and of which kind?
-- Finds: Retrievals in data management (94162), with how many the same actor made in these 90 days.
-- Why it matters: It hands out what the platform knows of one person, for a lawful request or for curiosity.
-- Normal: One or a few people who answer data subjects, each retrieval with a request on file.
-- Period: 90 days
-- Parameter: leave_out texts [] Accounts, by actor_name, whose events are not listed: automation, say.

SELECT
    event_time,
    instance,
    actor_name,
    user_name AS data_of,
    data_type,
    COUNT(*) OVER (PARTITION BY instance, LOWER(actor_name)) AS retrievals_by_actor,
    decode_status,
    event_uid
FROM {{events}}
WHERE code = 94162
    AND event_date BETWEEN {{from}} AND {{to}}
    AND {{none_of(leave_out, actor_name)}}
ORDER BY event_time DESC, event_uid
