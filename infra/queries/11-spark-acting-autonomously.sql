-- Question: What did Spark do without anyone confirming it, in the last 30 days?
-- Finds: Remote actions and agent actions that Spark, the AI agent, ran autonomously (95012, 95382), for whom, on how
--   many devices, and with the request that links them to a conversation.
-- Why it matters: An agent can be talked into things by whoever writes what it reads; here nobody looked before it
--   acted.
-- Normal: The few actions that your organisation has allowed it, each on the device of the person it was talking to.
-- Period: 30 days
-- Parameter: modes texts [autonomous] How Spark acted; confirmed is the other, to compare with what people agreed to.

SELECT
    event_time,
    instance,
    event_name,
    user_id,
    user_name,
    object_id AS action_id,
    request_id,
    device_count,
    actor_name,
    decode_status,
    event_uid
FROM {{events}}
WHERE ai_mode IS NOT NULL
    AND {{any_of(modes, ai_mode)}}
    AND event_date BETWEEN {{from}} AND {{to}}
ORDER BY event_time DESC, event_uid
