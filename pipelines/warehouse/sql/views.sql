-- Views for people: names in place of ids.

CREATE VIEW who_said_what AS
SELECT
  statement_id, published_on, speaker, cue, content, addressee, speech_act, quote_type, channel, topic_ids, confidence,
  article, source, utterance_id
FROM derived.statement_rows;
COMMENT ON VIEW who_said_what IS
'One statement a row, with names in place of ids; `source` is who published it';

CREATE VIEW who_promised_what AS
SELECT
  commitment_id, published_on, committer, firmness, polarity, action, object, quantity_value, quantity_unit, due_text,
  due_start, due_end, counterparty, reported_by, topic_ids, text, confidence, article, source, pledge_id
FROM derived.commitment_rows;
COMMENT ON VIEW who_promised_what IS
'One commitment a row, with names in place of ids; `source` is who published it';

CREATE VIEW what_happened AS
SELECT
  event_id, happened_on, date_start, date_end, event_type, status, participants, place_text, articles, is_main
FROM derived.event_rows;
COMMENT ON VIEW what_happened IS
'One event a row, with its participants and the number of articles that tell of it';

CREATE VIEW event_accounts AS
SELECT
  event_id, happened_on, event_type, participants, side, side_basis, sides, statements, commitments, topics, article_ids,
  statement_ids, commitment_ids, topic_ids, date_start
FROM derived.event_accounts;
COMMENT ON VIEW event_accounts IS
'One account of one event a row: what the articles whose main event it is tell from one side. `side` is the country
whose government publishes (`side_basis` government), else the publisher (publisher); what a publisher attributes to a
country that takes part is that country''s account as reported (reported), where the country has no article of its
own. `topics` start with the one that most is said of; `sides` counts the accounts of the event.';

CREATE VIEW account_differences AS
SELECT
  event_id, happened_on, event_type, participants, kind, item, said_by, left_out_by, words, topic_id, pledge_id,
  date_start
FROM derived.account_differences;
COMMENT ON VIEW account_differences IS
'One topic or commitment a row that some accounts of an event hold and others leave out, with the words. A topic is
left out where nothing in the account touches it or one of its children; a commitment where the account has neither
the same pledge nor one of the same countries on a common topic.';

-- A refusal cannot be late: its period ends, and then nothing is asked of it.
CREATE MACRO pledge_status(polarity, due_start, due_end, day) AS
CASE
  WHEN due_end IS NULL THEN 'open'
  WHEN day <= due_end AND (polarity = 'refrain' OR day < coalesce(due_start, due_end)) THEN 'open'
  WHEN polarity = 'refrain' THEN NULL
  WHEN day <= due_end THEN 'due'
  ELSE 'overdue'
END;
COMMENT ON MACRO pledge_status IS
'`open` before the first day it may be due, or where no day is known; `due` until the last; `overdue` after it, whether
or not it was kept: articles seldom say. A refusal is `open` to its last day and then NULL.';

CREATE VIEW pledges AS
SELECT
  v.* EXCLUDE (known_on, known_until),
  pledge_status(v.polarity, v.due_start, v.due_end, latest.day) AS status,
  latest.day AS status_on
FROM derived.pledge_versions AS v
CROSS JOIN (SELECT max(published_on) AS day FROM derived.article_sources) AS latest
WHERE v.known_until IS NULL;
COMMENT ON VIEW pledges IS
'One pledge a row, from all articles that tell of it: first and latest mention, firmness over time, publishers
(articles of one story count once), whose account (`accounts`: the committer itself, who reports it, or the
publisher), amounts and due dates with all values told. `status` is that of `status_on`, the day of the latest
article; for another day: pledges_on(day)';

CREATE VIEW utterances AS
SELECT * FROM derived.utterances;
COMMENT ON VIEW utterances IS
'One utterance a row: the same words of the same speakers, however many articles carry them; who carried them first,
and how many publishers do (articles of one story count once)';
