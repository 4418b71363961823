-- What is known of each pledge from one day to the next: a version for every day on which somebody tells of it.
-- A version counts what was published until its day, that day included; what has no date is known from the beginning.
-- `derived.firmness` (firmness, rank) is there before: the codes, from the loosest to the firmest.

CREATE TABLE scratch.pledge_tellings AS
SELECT
  r.*,
  f.rank,
  row_number() OVER (PARTITION BY r.pledge_id ORDER BY r.published_on NULLS FIRST, f.rank, r.commitment_id) AS turn,
  lead(r.published_on, 1, r.published_on) OVER (
    PARTITION BY r.pledge_id ORDER BY r.published_on NULLS FIRST, f.rank, r.commitment_id
  ) AS next_on,
  count(*) OVER (PARTITION BY r.pledge_id) AS turns,
  CASE WHEN r.self_reported THEN coalesce(r.committer, r.source) ELSE coalesce(r.reported_by, r.source) END AS account,
  CASE WHEN r.quantity_value IS NOT NULL THEN {'value': r.quantity_value, 'unit': r.quantity_unit} END AS quantity,
  CASE WHEN r.due_end IS NOT NULL THEN {'first': r.due_start, 'last': r.due_end} END AS due
FROM derived.commitment_rows AS r
JOIN derived.firmness AS f USING (firmness);

-- The last telling of each day, whose words and firmness are those of the version.
CREATE TABLE scratch.pledge_latest AS
SELECT * FROM scratch.pledge_tellings WHERE turn = turns OR next_on IS DISTINCT FROM published_on;

CREATE TABLE derived.pledge_versions AS
WITH known AS (
  SELECT
    v.pledge_id,
    v.turn,
    min(t.published_on) AS first_on,
    arg_min(t.source, t.turn) AS first_source,
    arg_min(t.rank, t.turn) AS first_rank,
    count(*) AS mentions,
    count(DISTINCT t.independent_source) AS publishers,
    coalesce(bool_or(t.self_reported), false) AS self_reported,
    list_sort(list(DISTINCT t.account)) AS accounts,
    list({'told_on': t.published_on, 'firmness': t.firmness} ORDER BY t.turn) AS steps,
    arg_max(t.counterparty, t.turn) FILTER (t.counterparty IS NOT NULL) AS counterparty,
    arg_max(t.quantity, t.turn) FILTER (t.quantity IS NOT NULL) AS quantity,
    list_sort(list(DISTINCT t.quantity) FILTER (t.quantity IS NOT NULL)) AS quantities,
    arg_max(t.due_text, t.turn) FILTER (t.due_text IS NOT NULL) AS due_text,
    arg_max(t.due_text, t.turn) FILTER (t.due IS NOT NULL) AS dated_due_text,
    arg_max(t.due, t.turn) FILTER (t.due IS NOT NULL) AS due,
    list_sort(list(DISTINCT t.due) FILTER (t.due IS NOT NULL)) AS due_dates
  FROM scratch.pledge_latest AS v
  JOIN scratch.pledge_tellings AS t ON t.pledge_id = v.pledge_id AND t.turn <= v.turn
  GROUP BY v.pledge_id, v.turn
)
SELECT
  v.pledge_id,
  v.published_on AS known_on,
  CASE WHEN v.turn < v.turns THEN v.next_on END AS known_until,
  v.committer,
  k.counterparty,
  v.polarity,
  v.action,
  v.object,
  v.text,
  k.first_on,
  k.first_source,
  v.published_on AS latest_on,
  v.source AS latest_source,
  k.mentions,
  k.publishers,
  k.self_reported,
  coalesce(k.accounts, []) AS accounts,
  v.firmness,
  list_filter(k.steps, lambda step, place: list_position(k.steps, step) = place) AS firmness_over_time,
  CASE WHEN k.mentions > 1 THEN v.rank > k.first_rank END AS firmness_rose,
  k.quantity.value AS quantity_value,
  k.quantity.unit AS quantity_unit,
  coalesce(k.quantities, []) AS quantities,
  coalesce(k.dated_due_text, k.due_text) AS due_text,
  k.due.first AS due_start,
  k.due.last AS due_end,
  coalesce(k.due_dates, []) AS due_dates,
  coalesce(len(k.quantities), 0) > 1 OR coalesce(len(k.due_dates), 0) > 1 AS has_conflict,
  v.topic_ids,
  v.confidence
FROM scratch.pledge_latest AS v
JOIN known AS k USING (pledge_id, turn)
ORDER BY known_until IS NOT NULL, due_end NULLS LAST, v.pledge_id, known_on NULLS FIRST;

-- The same for statements: each utterance with who told it first.
CREATE TABLE derived.utterances AS
SELECT
  r.utterance_id,
  first(r.speaker ORDER BY r.published_on NULLS LAST, r.statement_id) AS speaker,
  first(r.content ORDER BY r.published_on NULLS LAST, r.statement_id) AS content,
  min(r.published_on) AS first_on,
  first(r.source ORDER BY r.published_on NULLS LAST, r.statement_id) AS first_source,
  max(r.published_on) AS latest_on,
  count(DISTINCT r.article_id) AS articles,
  count(DISTINCT o.independent_source) AS publishers,
  max(r.confidence) AS confidence
FROM derived.statement_rows AS r
JOIN derived.article_sources AS o USING (article_id)
GROUP BY r.utterance_id
ORDER BY first_on NULLS LAST, r.utterance_id;

-- How much is said of each topic in each month; a child counts for its parent.
CREATE TABLE derived.topic_months AS
SELECT
  date_trunc('month', i.published_on)::DATE AS month,
  i.key AS topic_id,
  count(*) AS statements,
  count(DISTINCT r.article_id) AS articles
FROM derived.statement_index AS i
JOIN derived.statement_rows AS r USING (row)
WHERE i.role = 'topic' AND i.published_on IS NOT NULL
GROUP BY ALL
ORDER BY ALL;
