-- Question: Which messages of the last 30 days were not understood, and where has Nexthink changed a message's shape?
-- Finds: By code: messages that were `unmatched`, only `partial`ly read or of an `unknown_code`, and those with a word
--   that no known shape has (`possible_new_field` in decode_detail), each kind with one example.
-- Why it matters: What is not understood is not found by the other questions. The text is kept verbatim: once the
--   catalogue knows the code or the shape, `audit-lake replay` reads it again.
-- Normal: None for weeks; then one code, with many events, from the day Nexthink released a new version. A single event
--   is more likely a name that imitates a field. Of the classic product, every code whose message the documentation
--   does not show (no template in audit_codes).
-- Period: 30 days

SELECT
    instance,
    source_system,
    code,
    event_name,
    decode_status,
    decode_detail,
    COUNT(*) AS events,
    MIN(event_time) AS first_seen,
    MAX(event_time) AS last_seen,
    MIN(message) AS example_message
FROM {{events}}
WHERE (decode_status IN ('unmatched', 'partial', 'unknown_code') OR decode_detail LIKE '%possible_new_field%')
    AND event_date BETWEEN {{from}} AND {{to}}
GROUP BY instance, source_system, code, event_name, decode_status, decode_detail
ORDER BY COUNT(*) DESC, code, COALESCE(instance, ''), decode_status, COALESCE(decode_detail, '')
