"""The closed vocabularies: each code with its meaning. A value outside them stops a run, it is never masked."""

QUOTE_TYPES = {
    "direct": "the content is quoted words",
    "indirect": "no quotation marks",
    "mixed": "paraphrase with quoted words in it",
}

ATTRIBUTION_TYPES = {
    "assertion": "said, wrote",
    "belief": "thinks, views",
    "fact": "knows, learned, saw",
    "eventuality": "wants, urges, offers, plans",
}

ADDRESSEE_BASES = {
    "named": "the text names them beside the cue",
    "counterpart": "the other side of the call or meeting that the article tells of",
    "asked": "the content says who is to act",
}

SPEAKER_KINDS = {
    "leader": "a person who holds or held senior political office",
    "official": "an official, named or not",
    "government": "a government or a country speaking as one",
    "organization": "an organization",
    "media": "a news outlet or agency",
    "other": "anybody else, or nobody in particular",
}

SPEECH_ACTS = {
    "assertive": "says how things are: say, stress, note, describe, claim, deny",
    "directive": "tries to get somebody to act: urge, call for, demand, warn against, ask, invite",
    "commissive": "binds the speaker: pledge, promise, agree to, express willingness, threaten to",
    "expressive": "shows an attitude: thank, congratulate, condemn, praise, regret",
    "declarative": "makes it so by saying it: recognise, declare war, sign, lift",
}

PLOVER = {
    "AGREE": "agree to or sign on to something",
    "CONSULT": "talk, meet, visit",
    "SUPPORT": "support, praise, align diplomatically",
    "CONCEDE": "yield, ease a demand or a measure",
    "COOPERATE": "cooperate in deed, or sign an agreement",
    "AID": "give help: economic, military, humanitarian",
    "RETREAT": "withdraw, demobilise",
    "REQUEST": "ask, demand, propose",
    "ACCUSE": "criticise, blame, condemn",
    "REJECT": "refuse, veto",
    "THREATEN": "threaten or warn with consequences",
    "PROTEST": "demonstrate, rally",
    "SANCTION": "halt or reduce relations, aid or trade",
    "MOBILIZE": "make ready force, short of using it",
    "COERCE": "use force short of violence: arrest, seize, restrict",
    "ASSAULT": "use violence",
}

FIRMNESS = {
    "considering": "may, could, is considering, is open to",
    "willing": "expressed willingness, ready to, offered",
    "intended": "will, plans to, is to, threatened to",
    "pledged": "committed, vowed, promised, guaranteed",
    "agreed": "both sides agreed, struck a deal",
    "enacted": "signed, approved, ordered, ratified: done as an act, its carrying-out lies ahead",
}
"""In order, from the loosest to the firmest."""

POLARITY = {
    "do": "will act",
    "refrain": "will not act: will not, refused to, ruled out",
}

PRECISION = {
    "day": "a day, or a span of days",
    "month": "a month",
    "quarter": "a quarter of a year",
    "season": "a season, or a crop or fiscal year",
    "year": "a year, or a span of years",
    "open": "the expression fixes no date",
}

EVENT_TYPES = {
    "call": "a telephone or video call",
    "meeting": "people meet",
    "visit": "somebody travels to somebody",
    "summit": "a meeting of several leaders, or one so called",
    "negotiation": "talks on terms",
    "signing": "a document is signed or adopted",
    "letter": "a letter or message is sent",
    "speech": "an address is given",
    "sanction": "a restriction is imposed",
    "military_aid": "weapons, money or training are given to a military",
    "arms_sale": "weapons are sold, or their sale is approved",
    "military_action": "force is used",
    "election": "a vote is held",
    "appointment": "somebody takes or leaves office",
    "other": "an interaction of no other type",
}

EVENT_STATUS = {
    "occurred": "it happened, or is happening, by the account",
    "planned": "it lies ahead",
    "cancelled": "it was planned and will not happen",
}

MERGE_BASES = {
    "same_facts": "type, participants and day are the same",
    "same_day": "the same day; type and participants fit",
    "next_day": "neighbouring days of two sources whose clocks differ; the same type and participants, and no rival",
    "vague_date": "the day lies in the vaguer date of the other account; the participants fit, and there is no rival",
    "news_of_day": "undated news of the day of the other account; type and participants fit, and there is no rival",
    "news_of_next_day": "undated news of the day after; type and participants fit, and there is no rival",
    "same_news": "both undated, published on the same day, or on neighbouring days by two sources",
    "recalled": "recalled without a date, within two days, by an article on something else; no rival",
}
"""Why two accounts are taken for one event, from the strongest evidence to the weakest."""

MENTION_KINDS = {
    "leader": "a person in the leaders table",
    "country": "a country, its government or its people",
    "organization": "an organization",
    "person": "a person who is not in the leaders table",
}

PARTICIPANT_ROLES = {
    "participant": "took or will take part",
}

START_BASES = {
    "source": "the source gives the day",
    "source_month": "the source gives the month; the first day stands for it",
    "source_year": "the source gives the year; the first day stands for it",
    "predecessor": "the source gives the year; in that year the one before left on this day",
    "as_of": "the source names the holder and not since when; counted from the day of the source",
}

END_BASES = {
    "source": "the source gives the day",
    "source_month": "the source gives the month; the last day stands for it",
    "source_year": "the source gives the year; the last day stands for it",
    "successor": "the next holder of an office that one person holds began on this day",
    "next_office": "the person rose to a higher office on this day",
    "last_seen": "a later source names somebody else and not since when; counted to the day of the older source",
    "open": "still held as of the day of the source",
}

OVERLAPS = {
    "joint_office": "the office has several holders",
    "year_only": "a hand-over of which the sources give the year only",
    "both_named": "the sources name both for these days: one acts for the other, or they disagree",
}

OFFICE_SEATS = {
    "head_of_state": "president, monarch, or who acts as one",
    "head_of_government": "prime minister, chancellor, or a president who heads the government",
    "foreign_minister": "who heads the foreign ministry",
}
"""The kinds of office whose holders the coverage is told of."""

COVERAGE = {
    "known": "a source names who held the office",
    "inferred": "nobody is named for the year itself: it lies between a source's day and the next holder's start",
    "hole": "nobody is known",
}

STAGES = {
    "reference": "reading a user's own rows of reference data and lexicons",
    "intake": "reading a file and making articles of it",
    "extraction": "making rows of an article",
}

MEASURED_ON = {
    "polnear_dev": "PolNeAR, development part: news of the US election of 2016, attributions by trained annotators",
    "gold_dev": "readouts, statements, fact sheets and news, annotated after Readout's codebook",
    "bundled_gold": "the articles that come with Readout, annotated after its codebook",
}

STATISTICS = {
    "precision": "right rows among those found",
    "recall": "right rows among those annotated",
    "f1": "harmonic mean of precision and recall",
    "accuracy": "right values of one column among the rows found",
}
