-- Questions as table macros: SELECT * FROM said_by('Xi Jinping', about := 'Taiwan', since := '2026-01-01').
-- People and countries are named by id, name or alias, topics by id or label; capitals do not matter. A topic stands
-- for its children, too. Days are dates or texts like '2026-02-05', both ends included; rows without a date answer only
-- where no day is asked for.

CREATE MACRO keys_of(name) AS TABLE
SELECT key FROM derived.spellings WHERE spelling = lower(name);
COMMENT ON MACRO TABLE keys_of IS
'The ids of people, countries and topics that a name, an alias, a code or an id stands for';

CREATE MACRO said_by(speaker, about := NULL, addressee := NULL, since := NULL, until := NULL) AS TABLE
SELECT
  r.published_on, r.speaker, r.cue, r.content, r.addressee, r.source, r.statement_id, r.confidence
FROM derived.statement_rows AS r
WHERE
  r.row IN (
    SELECT i.row FROM derived.statement_index AS i
    WHERE i.role = 'speaker'
      AND i.key IN (FROM keys_of(speaker))
      AND (since IS NULL OR i.published_on >= since::DATE)
      AND (until IS NULL OR i.published_on <= until::DATE)
  )
  AND (
    about IS NULL
    OR r.row IN (
      SELECT i.row FROM derived.statement_index AS i
      WHERE i.role IN ('named', 'topic')
        AND i.key IN (FROM keys_of(about))
        AND (since IS NULL OR i.published_on >= since::DATE)
        AND (until IS NULL OR i.published_on <= until::DATE)
    )
  )
  AND (
    addressee IS NULL
    OR r.row IN (
      SELECT i.row FROM derived.statement_index AS i
      WHERE i.role = 'addressee'
        AND i.key IN (FROM keys_of(addressee))
        AND (since IS NULL OR i.published_on >= since::DATE)
        AND (until IS NULL OR i.published_on <= until::DATE)
    )
  )
ORDER BY r.published_on NULLS LAST, r.statement_id;
COMMENT ON MACRO TABLE said_by IS
'What somebody said: about whom or what (named in the words, or their topic), to whom, in a period. A country speaks
through whoever speaks for it.';

CREATE MACRO said_about(about, since := NULL, until := NULL) AS TABLE
SELECT
  r.published_on, r.speaker, r.cue, r.content, r.addressee, r.source, r.statement_id, r.confidence
FROM derived.statement_rows AS r
WHERE
  r.row IN (
    SELECT i.row FROM derived.statement_index AS i
    WHERE i.role IN ('named', 'topic')
      AND i.key IN (FROM keys_of(about))
      AND (since IS NULL OR i.published_on >= since::DATE)
      AND (until IS NULL OR i.published_on <= until::DATE)
  )
ORDER BY r.published_on NULLS LAST, r.statement_id;
COMMENT ON MACRO TABLE said_about IS
'Who said what about a person, a country or a topic, in a period';

CREATE MACRO told_first(utterance) AS TABLE
SELECT
  row_number() OVER (ORDER BY r.published_on NULLS LAST, r.statement_id) AS place,
  r.published_on, r.source, r.speaker, r.cue, r.content, r.channel, r.article, r.statement_id
FROM derived.statement_rows AS r
WHERE r.utterance_id = utterance
ORDER BY place;
COMMENT ON MACRO TABLE told_first IS
'All articles that carry an utterance, by its utterance_id, the first of them first';

CREATE MACRO promises_by(committer, counterparty := NULL, about := NULL, since := NULL, until := NULL) AS TABLE
SELECT
  r.published_on, r.committer, r.firmness, r.polarity, r.action, r.object, r.counterparty, r.quantity_value,
  r.quantity_unit, r.due_text, r.due_end, r.reported_by, r.source, r.text, r.pledge_id, r.commitment_id, r.confidence
FROM derived.commitment_rows AS r
WHERE
  r.row IN (
    SELECT i.row FROM derived.commitment_index AS i
    WHERE i.role = 'committer'
      AND i.key IN (FROM keys_of(committer))
      AND (since IS NULL OR i.published_on >= since::DATE)
      AND (until IS NULL OR i.published_on <= until::DATE)
  )
  AND (
    counterparty IS NULL
    OR r.row IN (
      SELECT i.row FROM derived.commitment_index AS i
      WHERE i.role = 'counterparty'
        AND i.key IN (FROM keys_of(counterparty))
        AND (since IS NULL OR i.published_on >= since::DATE)
        AND (until IS NULL OR i.published_on <= until::DATE)
    )
  )
  AND (
    about IS NULL
    OR r.row IN (
      SELECT i.row FROM derived.commitment_index AS i
      WHERE i.role = 'topic'
        AND i.key IN (FROM keys_of(about))
        AND (since IS NULL OR i.published_on >= since::DATE)
        AND (until IS NULL OR i.published_on <= until::DATE)
    )
  )
ORDER BY r.published_on NULLS LAST, r.commitment_id;
COMMENT ON MACRO TABLE promises_by IS
'What somebody promised: to whom, on which topic, in a period. A country promises through whoever acts for it.';

CREATE MACRO promises_about(about, since := NULL, until := NULL) AS TABLE
SELECT
  r.published_on, r.committer, r.firmness, r.polarity, r.action, r.object, r.counterparty, r.quantity_value,
  r.quantity_unit, r.due_text, r.due_end, r.reported_by, r.source, r.text, r.pledge_id, r.commitment_id, r.confidence
FROM derived.commitment_rows AS r
WHERE
  r.row IN (
    SELECT i.row FROM derived.commitment_index AS i
    WHERE i.role = 'topic'
      AND i.key IN (FROM keys_of(about))
      AND (since IS NULL OR i.published_on >= since::DATE)
      AND (until IS NULL OR i.published_on <= until::DATE)
  )
ORDER BY r.published_on NULLS LAST, r.commitment_id;
COMMENT ON MACRO TABLE promises_about IS
'Who promised what to whom on a topic, in a period';

CREATE MACRO pledges_on(day) AS TABLE
SELECT
  v.* EXCLUDE (known_on, known_until),
  pledge_status(v.polarity, v.due_start, v.due_end, day::DATE) AS status,
  day::DATE AS status_on
FROM derived.pledge_versions AS v
WHERE (v.known_on IS NULL OR v.known_on <= day::DATE) AND (v.known_until IS NULL OR v.known_until > day::DATE);
COMMENT ON MACRO TABLE pledges_on IS
'The pledges as they stood on a day: by what was published until then, with the status of that day';

CREATE MACRO pledges_due(since, until) AS TABLE
SELECT * FROM pledges AS p
WHERE p.polarity = 'do' AND p.due_end BETWEEN since::DATE AND until::DATE
ORDER BY p.due_end, p.pledge_id;
COMMENT ON MACRO TABLE pledges_due IS
'The pledges whose last due day lies in a period';

CREATE MACRO topics_rising(month, months_before := 3) AS TABLE
WITH counted AS (
  SELECT
    m.topic_id,
    coalesce(sum(m.statements) FILTER (m.month = date_trunc('month', month::DATE)), 0)::BIGINT AS statements,
    coalesce(sum(m.articles) FILTER (m.month = date_trunc('month', month::DATE)), 0)::BIGINT AS articles,
    coalesce(sum(m.statements) FILTER (m.month < date_trunc('month', month::DATE)), 0) / months_before AS before
  FROM derived.topic_months AS m
  WHERE m.month BETWEEN date_trunc('month', month::DATE) - to_months(months_before) AND date_trunc('month', month::DATE)
  GROUP BY m.topic_id
)
SELECT
  n.name AS topic, c.statements, c.articles, round(c.before, 1) AS statements_a_month_before,
  round(c.statements - c.before, 1) AS rise, round(c.statements / nullif(c.before, 0), 2) AS times, c.topic_id
FROM counted AS c
JOIN derived.topic_names AS n USING (topic_id)
ORDER BY rise DESC, c.topic_id;
COMMENT ON MACRO TABLE topics_rising IS
'How many statements each topic has in the month of a day, against the mean of the months before; a child counts for
its parent. `times` is NULL where nothing was said before.';

CREATE MACRO who_met_whom(who, whom := NULL, since := NULL, until := NULL, calls := false) AS TABLE
SELECT r.happened_on, r.event_type, r.participants, r.place_text AS place, r.articles, r.event_id
FROM derived.event_rows AS r
WHERE
  r.status = 'occurred'
  AND r.parties > 1
  AND (r.event_type IN ('meeting', 'visit', 'summit', 'negotiation') OR (calls AND r.event_type = 'call'))
  AND r.row IN (
    SELECT i.row FROM derived.event_index AS i
    WHERE i.key IN (FROM keys_of(who))
      AND (since IS NULL OR i.date_start >= since::DATE)
      AND (until IS NULL OR i.date_start <= until::DATE)
  )
  AND (
    whom IS NULL
    OR r.row IN (SELECT i.row FROM derived.event_index AS i WHERE i.key IN (FROM keys_of(whom)))
  )
ORDER BY r.date_start NULLS LAST, r.event_id;
COMMENT ON MACRO TABLE who_met_whom IS
'The meetings, visits, summits and talks that somebody took part in: with whom, in a period; calls too where asked for';

CREATE MACRO held_office(day, country := NULL, office_kind := NULL) AS TABLE
SELECT c.name AS country, t.office, t.office_kind, l.name AS leader, t.start_date, t.end_date, t.leader_id
FROM leader_terms AS t
JOIN leaders AS l USING (leader_id)
LEFT JOIN countries AS c ON c.country = t.country
WHERE
  t.start_date <= day::DATE
  AND (t.end_date IS NULL OR t.end_date >= day::DATE)
  AND (country IS NULL OR t.country IN (FROM keys_of(country)))
  AND (office_kind IS NULL OR t.office_kind = office_kind)
ORDER BY c.name, t.office_kind, t.office, l.name;
COMMENT ON MACRO TABLE held_office IS
'Who of the mentioned leaders held which office on a day; on the day of a change, both';
