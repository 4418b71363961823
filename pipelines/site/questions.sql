-- Who promised what, and how firmly?
SELECT committer, firmness, action, object, quantity_value AS quantity, quantity_unit AS unit, due_text AS due
FROM who_promised_what
ORDER BY confidence DESC, commitment_id
LIMIT 20;

-- Who speaks most, and how?
SELECT speaker, speech_act, count(*) AS statements
FROM who_said_what
GROUP BY ALL
ORDER BY statements DESC, speaker, speech_act
LIMIT 20;

-- Which events are told of, and who took part?
SELECT happened_on, event_type, status, participants, articles
FROM what_happened
ORDER BY articles DESC, date_start DESC NULLS LAST, event_id
LIMIT 20;

-- Which topics are most promised about?
SELECT t.label AS topic, count(*) AS commitments, round(avg(c.confidence), 2) AS confidence
FROM commitments AS c
JOIN commitment_topics AS ct USING (commitment_id)
JOIN topics AS t USING (topic_id)
GROUP BY t.label
ORDER BY commitments DESC, topic
LIMIT 20;
