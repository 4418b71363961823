-- Whose accounts an event has, what each holds, and what one holds that another leaves out.
--
-- An article whose main event it is gives an account. Where a government publishes the article, the account is that
-- country's. Otherwise it is the publisher's, and what it attributes to a country that takes part (by channel, or by
-- the one country that its speaker speaks for) is that country's account as reported, unless an article of its own
-- tells of the event.

CREATE TABLE scratch.account_articles AS
SELECT DISTINCT
  m.event_id,
  o.article_id,
  coalesce(k.name, o.source) AS side,
  CASE WHEN o.government IS NULL THEN 'publisher' ELSE 'government' END AS side_basis,
  o.government AS side_country
FROM event_mentions AS m
JOIN derived.article_sources AS o USING (article_id)
LEFT JOIN countries AS k ON k.country = o.government
WHERE m.is_main;

-- The side that a statement is of, where others publish it.
CREATE TABLE scratch.reported_statements AS
WITH channels AS (
  SELECT c.channel, arg_min(p.country, p.place) AS country
  FROM (SELECT DISTINCT channel FROM statements) AS c
  JOIN derived.publishers AS p ON contains(lower(c.channel), p.pattern)
  GROUP BY ALL
),
present AS (
  SELECT DISTINCT event_id, coalesce(p.country, l.country) AS country
  FROM event_participants AS p
  LEFT JOIN leaders AS l USING (leader_id)
)
SELECT a.event_id, s.statement_id, a.article_id, p.country AS side_country
FROM scratch.account_articles AS a
JOIN statements AS s USING (article_id)
LEFT JOIN channels AS c USING (channel)
JOIN present AS p
  ON p.event_id = a.event_id
  AND p.country = coalesce(c.country, CASE WHEN len(s.speaker_countries) = 1 THEN s.speaker_countries[1] END)
ANTI JOIN (SELECT event_id, side_country AS country FROM scratch.account_articles WHERE side_country IS NOT NULL) AS own
  ON own.event_id = a.event_id AND own.country = p.country
WHERE a.side_basis = 'publisher';

-- What an account holds: a statement or a commitment a row.
CREATE TABLE scratch.account_parts AS
WITH own AS (
  SELECT a.event_id, a.side, a.side_basis, a.article_id, s.statement_id, NULL AS commitment_id
  FROM scratch.account_articles AS a JOIN statements AS s USING (article_id)
  UNION ALL
  SELECT a.event_id, a.side, a.side_basis, a.article_id, NULL, c.commitment_id
  FROM scratch.account_articles AS a JOIN commitments AS c USING (article_id)
),
reported AS (
  SELECT r.event_id, k.name, 'reported', r.article_id, r.statement_id, NULL
  FROM scratch.reported_statements AS r JOIN countries AS k ON k.country = r.side_country
  UNION ALL
  SELECT r.event_id, k.name, 'reported', r.article_id, NULL, c.commitment_id
  FROM scratch.reported_statements AS r
  JOIN commitments AS c USING (statement_id)
  JOIN countries AS k ON k.country = r.side_country
)
FROM own UNION ALL FROM reported;

-- The words of each part, with the topics it carries. `within` is the statement that a commitment is made in.
CREATE TABLE scratch.account_words AS
SELECT p.event_id, p.side, p.statement_id, p.commitment_id, NULL AS within, r.topic_ids, r.content AS words, r.place
FROM scratch.account_parts AS p JOIN derived.statement_rows AS r USING (statement_id)
UNION ALL
SELECT p.event_id, p.side, p.statement_id, p.commitment_id, r.statement_id, r.topic_ids, r.text, r.place
FROM scratch.account_parts AS p JOIN derived.commitment_rows AS r USING (commitment_id);

CREATE TABLE derived.event_accounts AS
WITH accounts AS (
  SELECT event_id, side, side_basis, article_id FROM scratch.account_articles
  UNION
  SELECT event_id, side, side_basis, article_id FROM scratch.account_parts
),
told AS (
  SELECT event_id, side, min(side_basis) AS side_basis, list(DISTINCT article_id ORDER BY article_id) AS article_ids
  FROM accounts
  GROUP BY ALL
),
parts AS (
  SELECT
    event_id,
    side,
    list(statement_id ORDER BY place, statement_id) FILTER (statement_id IS NOT NULL) AS statement_ids,
    list(commitment_id ORDER BY place, commitment_id) FILTER (commitment_id IS NOT NULL) AS commitment_ids
  FROM scratch.account_words
  GROUP BY ALL
),
topics_of AS (
  SELECT
    event_id,
    side,
    list(topic_id ORDER BY parts DESC, topic_id) AS topic_ids,
    list(name ORDER BY parts DESC, topic_id) AS topics
  FROM (
    SELECT event_id, side, topic_id, count(*) AS parts
    FROM (SELECT event_id, side, unnest(topic_ids) AS topic_id FROM scratch.account_words)
    GROUP BY ALL
  )
  JOIN derived.topic_names USING (topic_id)
  GROUP BY ALL
)
SELECT
  t.event_id,
  e.happened_on,
  e.event_type,
  e.participants,
  t.side,
  t.side_basis,
  count(*) OVER (PARTITION BY t.event_id) AS sides,
  coalesce(len(p.statement_ids), 0) AS statements,
  coalesce(len(p.commitment_ids), 0) AS commitments,
  coalesce(o.topics, []) AS topics,
  t.article_ids,
  coalesce(p.statement_ids, []) AS statement_ids,
  coalesce(p.commitment_ids, []) AS commitment_ids,
  coalesce(o.topic_ids, []) AS topic_ids,
  e.date_start
FROM told AS t
JOIN derived.event_rows AS e USING (event_id)
LEFT JOIN parts AS p USING (event_id, side)
LEFT JOIN topics_of AS o USING (event_id, side)
ORDER BY e.row, t.side;

-- Topics that an account touches in any way, with those they imply: by what it attributes, promises, or tells itself.
CREATE TABLE scratch.touched AS
SELECT DISTINCT t.event_id, t.side, i.implied_id AS topic_id
FROM (
  SELECT event_id, side, unnest(topic_ids) AS topic_id FROM scratch.account_words
  UNION ALL
  SELECT a.event_id, a.side, t.topic_id FROM scratch.account_articles AS a JOIN article_topics AS t USING (article_id)
) AS t
JOIN derived.implied_topics AS i USING (topic_id);

CREATE TABLE derived.account_differences AS
WITH sides AS (
  SELECT event_id, side, side_basis = 'publisher' AS is_third FROM derived.event_accounts WHERE sides > 1
),
topic_words AS (
  SELECT event_id, side, statement_id, within, unnest(topic_ids) AS topic_id, words, place
  FROM scratch.account_words SEMI JOIN sides USING (event_id)
),
said_topics AS (
  SELECT w.event_id, w.side, w.topic_id, list(w.words ORDER BY w.place, w.words) AS words
  FROM topic_words AS w
  ANTI JOIN topic_words AS whole
    ON whole.event_id = w.event_id
    AND whole.side = w.side
    AND whole.topic_id = w.topic_id
    AND whole.statement_id = w.within
  GROUP BY w.event_id, w.side, w.topic_id
),
silent_topics AS (
  SELECT t.event_id, t.topic_id, other.side
  FROM (SELECT DISTINCT event_id, topic_id FROM said_topics) AS t
  JOIN sides AS other USING (event_id)
  ANTI JOIN scratch.touched AS h ON h.event_id = t.event_id AND h.side = other.side AND h.topic_id = t.topic_id
),
promises AS (
  SELECT p.event_id, p.side, r.pledge_id, r.committer, r.committer_countries, r.firmness, r.polarity, r.action,
    r.object, r.text, r.topic_ids, r.place
  FROM scratch.account_parts AS p
  JOIN sides USING (event_id, side)
  JOIN derived.commitment_rows AS r USING (commitment_id)
),
said_promises AS (
  SELECT
    event_id,
    side,
    pledge_id,
    first(
      concat(
        committer || ', ', firmness, ': ', CASE WHEN polarity = 'refrain' THEN 'not ' END, concat_ws(' ', action, object)
      )
      ORDER BY place, text
    ) AS item,
    list(DISTINCT text ORDER BY text) AS words
  FROM promises
  GROUP BY ALL
),
kept_promises AS (
  SELECT DISTINCT p.event_id, p.pledge_id, o.side
  FROM promises AS p
  JOIN promises AS o
    ON o.event_id = p.event_id
    AND (
      o.pledge_id = p.pledge_id
      OR (
        len(p.committer_countries) > 0
        AND o.committer_countries = p.committer_countries
        AND o.polarity = p.polarity
        AND list_has_any(o.topic_ids, p.topic_ids)
      )
    )
),
silent_promises AS (
  SELECT p.event_id, p.pledge_id, other.side
  FROM (SELECT DISTINCT event_id, pledge_id FROM said_promises) AS p
  JOIN sides AS other USING (event_id)
  ANTI JOIN kept_promises AS k ON k.event_id = p.event_id AND k.pledge_id = p.pledge_id AND k.side = other.side
),
said AS (
  SELECT event_id, 'topic' AS kind, topic_id AS key, name AS item, side, is_third, words
  FROM said_topics
  JOIN sides USING (event_id, side)
  JOIN derived.topic_names USING (topic_id)
  UNION ALL
  SELECT event_id, 'commitment', pledge_id, item, side, is_third, words
  FROM said_promises
  JOIN sides USING (event_id, side)
),
silent AS (
  SELECT event_id, 'topic' AS kind, topic_id AS key, side FROM silent_topics
  UNION ALL
  SELECT event_id, 'commitment', pledge_id, side FROM silent_promises
),
tellers AS (
  SELECT
    event_id,
    kind,
    key,
    first(item ORDER BY is_third, side) AS item,
    coalesce(list(side ORDER BY side) FILTER (NOT is_third), list(side ORDER BY side)) AS said_by,
    coalesce(
      flatten(list(words ORDER BY side) FILTER (NOT is_third)),
      flatten(list(words ORDER BY side))
    ) AS words
  FROM said
  GROUP BY event_id, kind, key
),
leavers AS (
  SELECT event_id, kind, key, list(side ORDER BY is_third, side) AS left_out_by
  FROM silent JOIN sides USING (event_id, side)
  GROUP BY event_id, kind, key
)
SELECT
  t.event_id,
  e.happened_on,
  e.event_type,
  e.participants,
  t.kind,
  t.item,
  t.said_by,
  l.left_out_by,
  list_filter(t.words, lambda word, place: list_position(t.words, word) = place) AS words,
  CASE WHEN t.kind = 'topic' THEN t.key END AS topic_id,
  CASE WHEN t.kind = 'commitment' THEN t.key END AS pledge_id,
  e.date_start
FROM tellers AS t
JOIN leavers AS l USING (event_id, kind, key)
JOIN derived.event_rows AS e USING (event_id)
ORDER BY e.row, t.kind DESC, t.said_by, t.item, t.key;
