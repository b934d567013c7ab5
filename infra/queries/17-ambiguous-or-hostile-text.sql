-- Question: Which messages of the last 30 days can be read in more than one way, or hold characters that deceive?
-- Finds: Events that are `ambiguous` (a name holds what looks like another field; decode_detail says which columns are
--   contested and left empty), and messages with control, bidirectional or zero-width characters (text_flags).
-- Why it matters: Names are chosen by people, and so by attackers: these are attempts to forge a field, to hide a name,
--   or to make one look like another. Other questions cannot see what is contested here.
-- Normal: None. Now and then a name copied from a document brings a zero-width character along. The classic codes 52010
--   and 52100, which the documentation has for two things each (`code_used_twice`).
-- Period: 30 days

SELECT
    event_time,
    instance,
    actor_name,
    code,
    event_name,
    decode_status,
    decode_detail,
    text_flags,
    message,
    event_uid
FROM {{events}}
WHERE (decode_status = 'ambiguous' OR text_flags IS NOT NULL)
    AND event_date BETWEEN {{from}} AND {{to}}
ORDER BY event_time DESC, event_uid
