-- Tables made of the published ones when the file is built, so that views and macros answer at once: names in place of
-- ids, rows in the order in which they are asked for, and indexes by person, country and topic. They say nothing that
-- the published tables do not say, may change with any version, and are no part of the Parquet files.
--
-- Each `…_rows` table has a number `row` in the order in which it lies; each `…_index` gives the rows of a key, so that
-- only those parts of the table are read where they lie.
-- `derived.publishers` (pattern, country, place) is there before: raw/reference/publishers.csv. What is in `scratch` is
-- for other tables only, and not in the file. A table is made once all that it names in `derived` and `scratch` is
-- there, side by side with others: no statement here may rest on the one above it otherwise.

-- Whom or what a word names, in small letters: an id, a name, an alias, or the part of it that an article goes by.
CREATE TABLE derived.spellings AS
SELECT DISTINCT lower(spelling) AS spelling, key
FROM (
  SELECT leader_id AS key, unnest([leader_id, name] || aliases) AS spelling FROM leaders
  UNION ALL
  SELECT l.leader_id, m.text
  FROM (SELECT DISTINCT leader_id, text FROM mentions WHERE kind = 'leader' AND basis IN ('surname', 'title')) AS m
  JOIN leaders AS l USING (leader_id)
  WHERE contains(array_to_string([l.name] || l.aliases, ' '), m.text)
  UNION ALL
  SELECT country, unnest([country, name]) FROM countries
  UNION ALL
  SELECT topic_id, unnest([topic_id, label]) FROM topics
)
ORDER BY spelling, key;

-- Each topic with every topic that it implies: itself, its parent, the parent's parent.
CREATE TABLE derived.implied_topics AS
WITH RECURSIVE implied AS (
  SELECT topic_id, topic_id AS implied_id, parent_id FROM topics
  UNION ALL
  SELECT i.topic_id, t.topic_id, t.parent_id FROM implied AS i JOIN topics AS t ON t.topic_id = i.parent_id
)
SELECT topic_id, implied_id FROM implied ORDER BY topic_id, implied_id;

-- Each topic's name from the first level down.
CREATE TABLE derived.topic_names AS
WITH RECURSIVE named AS (
  SELECT topic_id, label AS name FROM topics WHERE parent_id IS NULL
  UNION ALL
  SELECT t.topic_id, n.name || ' › ' || t.label FROM named AS n JOIN topics AS t ON t.parent_id = n.topic_id
)
SELECT topic_id, name FROM named ORDER BY topic_id;

-- One article a row: who publishes it, and which government speaks in it. `independent_source` is the same for all
-- articles of one story: the publisher who told it first.
CREATE TABLE derived.article_sources AS
WITH addressed AS (
  SELECT
    article_id,
    story_id,
    published_on,
    publisher,
    nullif(regexp_extract(url, '^[a-z]+://(?:www\.)?([^/:]+)', 1), '') AS host,
    lower(concat_ws(' ', publisher, url)) AS address
  FROM articles
),
governments AS (
  SELECT a.article_id, arg_min(p.country, p.place) AS government
  FROM addressed AS a
  JOIN derived.publishers AS p ON contains(a.address, p.pattern)
  GROUP BY ALL
)
SELECT
  a.article_id,
  a.published_on,
  g.government,
  coalesce(a.publisher, a.host, 'publisher not named') AS source,
  first_value(coalesce(a.publisher, a.host, a.story_id)) OVER (
    PARTITION BY a.story_id ORDER BY a.published_on NULLS LAST, a.article_id
  ) AS independent_source
FROM addressed AS a
LEFT JOIN governments AS g USING (article_id);

-- Names in place of each list of people or countries that a row holds; people before countries.
CREATE TABLE scratch.named AS
WITH lists AS (
  SELECT speaker_leader_ids AS leader_ids, speaker_countries AS countries FROM statements
  UNION
  SELECT addressee_leader_ids, addressee_countries FROM statements
  UNION
  SELECT committer_leader_ids, committer_countries FROM commitments
  UNION
  SELECT counterparty_leader_ids, counterparty_countries FROM commitments
  UNION
  SELECT reported_by_leader_ids, [] FROM commitments
),
people AS (
  SELECT leader_ids, countries, string_agg(l.name, ', ' ORDER BY l.name, leader_id) AS names
  FROM (SELECT leader_ids, countries, unnest(leader_ids) AS leader_id FROM lists)
  JOIN leaders AS l USING (leader_id)
  GROUP BY leader_ids, countries
),
lands AS (
  SELECT leader_ids, countries, string_agg(c.name, ', ' ORDER BY c.name, country) AS names
  FROM (SELECT leader_ids, countries, unnest(countries) AS country FROM lists WHERE len(leader_ids) = 0)
  JOIN countries AS c USING (country)
  GROUP BY leader_ids, countries
)
FROM people UNION ALL FROM lands;

-- Statements with names, in the order of speaker and day.
CREATE TABLE derived.statement_rows AS
WITH topics_of AS (
  SELECT statement_id, list(topic_id ORDER BY topic_id) AS topic_ids FROM statement_topics GROUP BY statement_id
),
told AS (
  SELECT
    s.statement_id,
    s.article_id,
    s.utterance_id,
    a.published_on,
    coalesce(speaker.names, s.speaker_text) AS speaker,
    s.cue_text AS cue,
    s.content,
    coalesce(addressee.names, s.addressee_text) AS addressee,
    s.speech_act,
    s.quote_type,
    s.channel,
    coalesce(t.topic_ids, []) AS topic_ids,
    s.confidence,
    a.title AS article,
    o.source,
    s.content_spans[1].start AS place
  FROM statements AS s
  JOIN articles AS a USING (article_id)
  JOIN derived.article_sources AS o USING (article_id)
  LEFT JOIN topics_of AS t USING (statement_id)
  LEFT JOIN scratch.named AS speaker
    ON speaker.leader_ids = s.speaker_leader_ids AND speaker.countries = s.speaker_countries
  LEFT JOIN scratch.named AS addressee
    ON addressee.leader_ids = s.addressee_leader_ids AND addressee.countries = s.addressee_countries
)
SELECT row_number() OVER (ORDER BY speaker NULLS LAST, published_on, statement_id) AS row, *
FROM told
ORDER BY row;

-- Statements by whom they are of (speaker), to (addressee), whom they name (named) and what they are about (topic).
CREATE TABLE derived.statement_index AS
WITH rows AS (
  SELECT row, published_on, statement_id FROM derived.statement_rows
),
people AS (
  SELECT
    r.row,
    r.published_on,
    s.article_id,
    s.content_spans,
    list_distinct(s.speaker_leader_ids || s.speaker_countries) AS speakers,
    list_distinct(s.addressee_leader_ids || s.addressee_countries) AS addressees
  FROM statements AS s
  JOIN rows AS r USING (statement_id)
),
named AS (
  SELECT DISTINCT p.row, p.published_on, CASE WHEN m.kind = 'country' THEN m.country ELSE m.leader_id END AS key
  FROM (SELECT row, published_on, article_id, unnest(content_spans) AS span FROM people) AS p
  JOIN mentions AS m ON m.article_id = p.article_id AND m.start >= p.span.start AND m."end" <= p.span."end"
  WHERE m.kind IN ('leader', 'country')
),
keys AS (
  SELECT unnest(speakers) AS key, 'speaker' AS role, published_on, row FROM people
  UNION ALL
  SELECT unnest(addressees), 'addressee', published_on, row FROM people
  UNION ALL
  SELECT key, 'named', published_on, row FROM named WHERE key IS NOT NULL
  UNION ALL
  SELECT DISTINCT i.implied_id, 'topic', r.published_on, r.row
  FROM statement_topics AS t
  JOIN derived.implied_topics AS i USING (topic_id)
  JOIN rows AS r USING (statement_id)
)
SELECT key, role, published_on, row FROM keys ORDER BY key, role, published_on NULLS LAST, row;

-- Commitments with names, in the order of day.
CREATE TABLE derived.commitment_rows AS
WITH topics_of AS (
  SELECT commitment_id, list(topic_id ORDER BY topic_id) AS topic_ids FROM commitment_topics GROUP BY commitment_id
),
told AS (
  SELECT
    c.commitment_id,
    c.article_id,
    c.pledge_id,
    c.statement_id,
    a.published_on,
    coalesce(committer.names, c.committer_text) AS committer,
    c.firmness,
    c.polarity,
    c.action,
    c.object,
    c.quantity_value,
    c.quantity_unit,
    c.due_text,
    c.due_start,
    c.due_end,
    counterparty.names AS counterparty,
    reporter.names AS reported_by,
    c.self_reported,
    coalesce(t.topic_ids, []) AS topic_ids,
    c.text,
    c.confidence,
    a.title AS article,
    o.source,
    o.independent_source,
    c.committer_countries,
    c.spans[1].start AS place
  FROM commitments AS c
  JOIN articles AS a USING (article_id)
  JOIN derived.article_sources AS o USING (article_id)
  LEFT JOIN topics_of AS t USING (commitment_id)
  LEFT JOIN scratch.named AS committer
    ON committer.leader_ids = c.committer_leader_ids AND committer.countries = c.committer_countries
  LEFT JOIN scratch.named AS counterparty
    ON counterparty.leader_ids = c.counterparty_leader_ids AND counterparty.countries = c.counterparty_countries
  LEFT JOIN scratch.named AS reporter ON reporter.leader_ids = c.reported_by_leader_ids AND reporter.countries = []
)
SELECT row_number() OVER (ORDER BY published_on NULLS LAST, commitment_id) AS row, *
FROM told
ORDER BY row;

-- Commitments by who would act (committer), to or with whom (counterparty), and what they are about (topic).
CREATE TABLE derived.commitment_index AS
WITH rows AS (
  SELECT row, published_on, commitment_id FROM derived.commitment_rows
),
people AS (
  SELECT
    r.row,
    r.published_on,
    list_distinct(c.committer_leader_ids || c.committer_countries) AS committers,
    list_distinct(c.counterparty_leader_ids || c.counterparty_countries) AS counterparties
  FROM commitments AS c
  JOIN rows AS r USING (commitment_id)
),
keys AS (
  SELECT unnest(committers) AS key, 'committer' AS role, published_on, row FROM people
  UNION ALL
  SELECT unnest(counterparties), 'counterparty', published_on, row FROM people
  UNION ALL
  SELECT DISTINCT i.implied_id, 'topic', r.published_on, r.row
  FROM commitment_topics AS t
  JOIN derived.implied_topics AS i USING (topic_id)
  JOIN rows AS r USING (commitment_id)
)
SELECT key, role, published_on, row FROM keys ORDER BY key, role, published_on NULLS LAST, row;

-- Events with names, in the order of day.
CREATE TABLE derived.event_rows AS
WITH casts AS (
  SELECT
    p.event_id,
    string_agg(coalesce(l.name, k.name), ', ' ORDER BY l.name NULLS LAST, k.name) AS participants,
    count(*) AS parties
  FROM event_participants AS p
  LEFT JOIN leaders AS l USING (leader_id)
  LEFT JOIN countries AS k ON k.country = p.country
  GROUP BY p.event_id
),
tellings AS (
  SELECT event_id, count(DISTINCT article_id) AS articles, bool_or(is_main) AS is_main
  FROM event_mentions
  GROUP BY event_id
)
SELECT
  row_number() OVER (ORDER BY e.date_start NULLS LAST, e.event_id) AS row,
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
  coalesce(c.parties, 0) AS parties,
  e.place_text,
  coalesce(t.articles, 0) AS articles,
  coalesce(t.is_main, false) AS is_main
FROM events AS e
LEFT JOIN casts AS c USING (event_id)
LEFT JOIN tellings AS t USING (event_id)
ORDER BY row;

-- Events by who takes part: leaders, and the countries they stand for.
CREATE TABLE derived.event_index AS
SELECT DISTINCT key, r.date_start, r.row
FROM (SELECT event_id, unnest([leader_id, country]) AS key FROM event_participants)
JOIN derived.event_rows AS r USING (event_id)
WHERE key IS NOT NULL
ORDER BY ALL;
