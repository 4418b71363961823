-- Who promised how much or by when, and how firmly?
SELECT published_on, committer, firmness, object, quantity_value AS quantity, quantity_unit AS unit, due_text AS due
FROM who_promised_what
WHERE quantity_value IS NOT NULL OR due_text IS NOT NULL
ORDER BY quantity_value IS NULL, published_on DESC, confidence DESC, commitment_id
LIMIT 8;

-- Who said what to whom on Taiwan?
SELECT speaker, cue, content, addressee
FROM who_said_what
WHERE list_contains(topic_ids, 'sovereignty.taiwan')
ORDER BY confidence DESC, statement_id
LIMIT 8;

-- Which events are told of by most accounts, and who took part?
SELECT happened_on, event_type, status, participants, articles
FROM what_happened
ORDER BY articles DESC, is_main DESC, date_start DESC NULLS LAST, event_id
LIMIT 8;
