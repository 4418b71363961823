-- Names in place of ids, as in the DuckDB file. The page has its own views: those of the file need tables that only the
-- file has, and a DuckDB that browsers do not have yet.

CREATE OR REPLACE MACRO names_of(leader_ids, countries) AS coalesce(
  nullif(array_to_string(list_sort((SELECT list(l.name) FROM leaders AS l WHERE list_contains(leader_ids, l.leader_id))), ', '), ''),
  nullif(array_to_string(list_sort((SELECT list(c.name) FROM countries AS c WHERE list_contains(countries, c.country))), ', '), '')
);

CREATE VIEW who_said_what AS
SELECT
  s.statement_id,
  a.published_at::DATE AS published_on,
  coalesce(names_of(s.speaker_leader_ids, s.speaker_countries), s.speaker_text) AS speaker,
  s.cue_text AS cue,
  s.content,
  coalesce(names_of(s.addressee_leader_ids, s.addressee_countries), s.addressee_text) AS addressee,
  s.speech_act,
  s.quote_type,
  s.channel,
  list_sort((SELECT coalesce(list(t.topic_id), []) FROM statement_topics AS t WHERE t.statement_id = s.statement_id)) AS topic_ids,
  s.confidence,
  a.title AS article
FROM statements AS s
JOIN articles AS a USING (article_id);

CREATE VIEW who_promised_what AS
SELECT
  c.commitment_id,
  a.published_at::DATE AS published_on,
  coalesce(names_of(c.committer_leader_ids, c.committer_countries), c.committer_text) AS committer,
  c.firmness,
  c.polarity,
  c.action,
  c.object,
  c.quantity_value,
  c.quantity_unit,
  c.due_text,
  c.due_start,
  c.due_end,
  names_of(c.counterparty_leader_ids, c.counterparty_countries) AS counterparty,
  names_of(c.reported_by_leader_ids, []) AS reported_by,
  list_sort((SELECT coalesce(list(t.topic_id), []) FROM commitment_topics AS t WHERE t.commitment_id = c.commitment_id)) AS topic_ids,
  c.text,
  c.confidence,
  a.title AS article
FROM commitments AS c
JOIN articles AS a USING (article_id);

CREATE VIEW what_happened AS
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
  (
    SELECT string_agg(coalesce(l.name, k.name), ', ' ORDER BY l.name NULLS LAST, k.name)
    FROM event_participants AS p
    LEFT JOIN leaders AS l USING (leader_id)
    LEFT JOIN countries AS k ON k.country = p.country
    WHERE p.event_id = e.event_id
  ) AS participants,
  e.place_text,
  (SELECT count(DISTINCT m.article_id) FROM event_mentions AS m WHERE m.event_id = e.event_id) AS articles,
  (SELECT coalesce(bool_or(m.is_main), false) FROM event_mentions AS m WHERE m.event_id = e.event_id) AS is_main
FROM events AS e;
