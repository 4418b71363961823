-- Names in place of ids, under the names that the DuckDB file has for them. The page brings its own views: those of the
-- file need tables that only the file has, and a newer DuckDB than browsers have.

CREATE VIEW who_said_what AS
WITH people AS (
  SELECT statement_id, role, string_agg(l.name, ', ' ORDER BY l.name) AS names
  FROM (
    SELECT statement_id, 'speaker' AS role, unnest(speaker_leader_ids) AS leader_id FROM statements
    UNION ALL
    SELECT statement_id, 'addressee', unnest(addressee_leader_ids) FROM statements
  )
  JOIN leaders AS l USING (leader_id)
  GROUP BY ALL
),
lands AS (
  SELECT statement_id, role, string_agg(c.name, ', ' ORDER BY c.name) AS names
  FROM (
    SELECT statement_id, 'speaker' AS role, unnest(speaker_countries) AS country FROM statements
    UNION ALL
    SELECT statement_id, 'addressee', unnest(addressee_countries) FROM statements
  )
  JOIN countries AS c USING (country)
  GROUP BY ALL
),
tags AS (
  SELECT statement_id, list(topic_id ORDER BY topic_id) AS topic_ids FROM statement_topics GROUP BY statement_id
)
SELECT
  s.statement_id,
  a.published_on,
  coalesce(sp.names, sl.names, s.speaker_text) AS speaker,
  s.cue_text AS cue,
  s.content,
  coalesce(ap.names, al.names, s.addressee_text) AS addressee,
  s.speech_act,
  s.quote_type,
  s.channel,
  coalesce(t.topic_ids, []) AS topic_ids,
  s.confidence,
  a.title AS article
FROM statements AS s
JOIN articles AS a USING (article_id)
LEFT JOIN people AS sp ON sp.statement_id = s.statement_id AND sp.role = 'speaker'
LEFT JOIN lands AS sl ON sl.statement_id = s.statement_id AND sl.role = 'speaker'
LEFT JOIN people AS ap ON ap.statement_id = s.statement_id AND ap.role = 'addressee'
LEFT JOIN lands AS al ON al.statement_id = s.statement_id AND al.role = 'addressee'
LEFT JOIN tags AS t ON t.statement_id = s.statement_id;

CREATE VIEW who_promised_what AS
WITH people AS (
  SELECT commitment_id, role, string_agg(l.name, ', ' ORDER BY l.name) AS names
  FROM (
    SELECT commitment_id, 'committer' AS role, unnest(committer_leader_ids) AS leader_id FROM commitments
    UNION ALL
    SELECT commitment_id, 'counterparty', unnest(counterparty_leader_ids) FROM commitments
    UNION ALL
    SELECT commitment_id, 'reporter', unnest(reported_by_leader_ids) FROM commitments
  )
  JOIN leaders AS l USING (leader_id)
  GROUP BY ALL
),
lands AS (
  SELECT commitment_id, role, string_agg(c.name, ', ' ORDER BY c.name) AS names
  FROM (
    SELECT commitment_id, 'committer' AS role, unnest(committer_countries) AS country FROM commitments
    UNION ALL
    SELECT commitment_id, 'counterparty', unnest(counterparty_countries) FROM commitments
  )
  JOIN countries AS c USING (country)
  GROUP BY ALL
),
tags AS (
  SELECT commitment_id, list(topic_id ORDER BY topic_id) AS topic_ids FROM commitment_topics GROUP BY commitment_id
)
SELECT
  c.commitment_id,
  a.published_on,
  coalesce(cp.names, cl.names, c.committer_text) AS committer,
  c.firmness,
  c.polarity,
  c.action,
  c.object,
  c.quantity_value,
  c.quantity_unit,
  c.due_text,
  c.due_start,
  c.due_end,
  coalesce(tp.names, tl.names) AS counterparty,
  r.names AS reported_by,
  coalesce(t.topic_ids, []) AS topic_ids,
  c.text,
  c.confidence,
  a.title AS article
FROM commitments AS c
JOIN articles AS a USING (article_id)
LEFT JOIN people AS cp ON cp.commitment_id = c.commitment_id AND cp.role = 'committer'
LEFT JOIN lands AS cl ON cl.commitment_id = c.commitment_id AND cl.role = 'committer'
LEFT JOIN people AS tp ON tp.commitment_id = c.commitment_id AND tp.role = 'counterparty'
LEFT JOIN lands AS tl ON tl.commitment_id = c.commitment_id AND tl.role = 'counterparty'
LEFT JOIN people AS r ON r.commitment_id = c.commitment_id AND r.role = 'reporter'
LEFT JOIN tags AS t ON t.commitment_id = c.commitment_id;

CREATE VIEW what_happened AS
WITH casts AS (
  SELECT p.event_id, string_agg(coalesce(l.name, k.name), ', ' ORDER BY l.name NULLS LAST, k.name) AS participants
  FROM event_participants AS p
  LEFT JOIN leaders AS l USING (leader_id)
  LEFT JOIN countries AS k ON k.country = p.country
  GROUP BY p.event_id
),
told AS (
  SELECT event_id, count(DISTINCT article_id) AS articles, bool_or(is_main) AS is_main FROM event_mentions GROUP BY event_id
)
SELECT
  e.event_id,
  CASE
    WHEN e.date_precision = 'year' THEN strftime(e.date_start, '%Y')
    WHEN e.date_precision = 'month' THEN strftime(e.date_start, '%Y-%m')
    WHEN e.date_start = e.date_end THEN strftime(e.date_start, '%Y-%m-%d')
    ELSE strftime(e.date_start, '%Y-%m-%d') || ' – ' || strftime(e.date_end, '%Y-%m-%d')
  END AS happened_on,
  e.date_start,
  e.date_end,
  e.event_type,
  e.status,
  c.participants,
  e.place_text,
  coalesce(t.articles, 0) AS articles,
  coalesce(t.is_main, false) AS is_main
FROM events AS e
LEFT JOIN casts AS c USING (event_id)
LEFT JOIN told AS t USING (event_id);
