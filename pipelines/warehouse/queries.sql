-- What does one account of the call say that the other leaves out?
-- An account is what one side tells of an event. The bundled article is no government's: what it attributes to China
-- and to the United States are their accounts as reported. Topics and commitments that some hold and others do not,
-- with the words.
SELECT item, said_by, left_out_by, words
FROM account_differences
WHERE event_type = 'call' AND date_start = '2026-02-04';

-- Who promised how much or by when, and how firmly?
-- `who_promised_what` has one commitment a row, with names in place of ids. Who promises is not always who tells:
-- `reported_by` says who did.
SELECT published_on, committer, firmness, object, quantity_value, quantity_unit, due_text, reported_by
FROM who_promised_what
WHERE quantity_value IS NOT NULL OR due_text IS NOT NULL
ORDER BY quantity_value IS NULL, published_on DESC, confidence DESC, commitment_id
LIMIT 8;

-- Who said what to whom on Taiwan?
-- `who_said_what` has one statement a row. `topic_ids` are as tagged; the macros further down count children for their
-- parents.
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

-- Which events are told by more than one side?
-- `event_accounts` has one account of one event a row. `side_basis` says whose it is: a government that publishes it,
-- another publisher, or a country that a publisher reports of.
SELECT happened_on, event_type, side, side_basis, statements, commitments, topics[:2] AS most_on
FROM event_accounts
WHERE sides > 1
ORDER BY date_start DESC NULLS LAST, event_id, side
LIMIT 12;

-- How do Washington and Moscow tell of their call of December 2021?
-- The same view, for an event that two governments tell of.
SELECT kind, item, said_by, left_out_by, words
FROM account_differences
WHERE event_type = 'call' AND date_start = '2021-12-07'
ORDER BY said_by, kind DESC, item;

-- What has been promised, by whose account, and is it due?
-- `pledges` has one promise a row, from all articles that tell of it. `status` is that of the day of the latest
-- article.
SELECT committer, firmness, action, object, accounts, first_on, mentions, publishers, due_end, status
FROM pledges
WHERE due_end IS NOT NULL
ORDER BY due_end DESC, pledge_id
LIMIT 8;

-- How did a promise grow firmer, and do the accounts agree on how much and by when?
-- `firmness_over_time` lists each day with the firmness told; all amounts and due dates told are listed, too.
SELECT committer, object, firmness_over_time, firmness_rose, quantities, due_dates, has_conflict
FROM pledges
ORDER BY has_conflict DESC, firmness_rose DESC NULLS LAST, mentions DESC, confidence DESC, pledge_id
LIMIT 5;

-- How did the promises stand on a day, as one could know them then?
-- `pledges_on(day)` counts what was published until that day, and gives the status of that day.
SELECT status, committer, firmness, action, object, due_end
FROM pledges_on('2022-01-15')
WHERE status IN ('due', 'overdue')
ORDER BY due_end, pledge_id
LIMIT 8;

-- Which promises fall due in a period?
-- `pledges_due(since, until)`: the last due day lies in it, both ends included.
SELECT due_end, committer, action, object, due_text, status
FROM pledges_due('2026-06-01', '2028-12-31')
LIMIT 8;

-- Who promised what to whom on farm goods?
-- `promises_about(topic)`, by id or label; `since` and `until` narrow it. A topic stands for its children: 'trade'
-- finds more.
SELECT published_on, committer, counterparty, firmness, action, object, quantity_value, quantity_unit
FROM promises_about('trade.agriculture', since := '2026-01-01')
LIMIT 8;

-- What did China promise the United States?
-- `promises_by(committer)`, narrowed by `counterparty`, `about`, `since`, `until`. A country promises through whoever
-- acts for it, too.
SELECT published_on, committer, firmness, action, object, due_text, source
FROM promises_by('China', counterparty := 'United States', since := '2026-01-01', until := '2026-12-31');

-- What did Xi Jinping say about Taiwan in early 2026?
-- `said_by(speaker)`, narrowed by `about`, `addressee`, `since`, `until`. What it is about is named in the words, or
-- is their topic.
SELECT published_on, cue, content, addressee
FROM said_by('Xi Jinping', about := 'Taiwan', since := '2026-01-01', until := '2026-03-31');

-- Who said what about Ukraine in the week before the invasion?
-- `said_about(about)`: a person, a country or a topic, by name or id.
SELECT published_on, speaker, cue, content, source
FROM said_about('Ukraine', since := '2022-02-17', until := '2022-02-24')
LIMIT 8;

-- Which words are carried by most?
-- `utterances` has one row for the same words of the same speakers, however many articles carry them.
SELECT speaker, content, first_on, first_source, articles, publishers
FROM utterances
ORDER BY publishers DESC, articles DESC, confidence DESC, utterance_id
LIMIT 5;

-- Who told it first?
-- `told_first(utterance_id)` lists all articles that carry an utterance, the first of them first.
SELECT place, published_on, source, speaker, cue, content
FROM told_first((
  SELECT utterance_id FROM utterances ORDER BY publishers DESC, articles DESC, confidence DESC, utterance_id LIMIT 1
));

-- Which topics rise?
-- `topics_rising(month)`: statements in the month of a day, against the mean of the `months_before`, three if not
-- given.
SELECT topic, statements, articles, statements_a_month_before, rise, times
FROM topics_rising('2022-02-01')
LIMIT 8;

-- Whom did Zelenskyy meet or call?
-- `who_met_whom(who)`, narrowed by `whom`, `since`, `until`: meetings, visits, summits and talks; with `calls := true`
-- calls, too.
SELECT happened_on, event_type, participants, place, articles
FROM who_met_whom('Zelenskyy', since := '2022-01-01', until := '2022-12-31', calls := true);

-- Who held which office on a day?
-- `held_office(day)`, narrowed by `country` and `office_kind`: of the leaders that articles mention.
SELECT country, office, leader, start_date, end_date
FROM held_office('2022-02-19', office_kind := 'head_of_state');

-- Whom or what does a name stand for?
-- `keys_of(name)` gives the ids that the macros go by. A name that two bear stands for both.
SELECT key FROM keys_of('Iran') ORDER BY key;
