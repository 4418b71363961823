"""Whose a commitment is: the committer, who reports it, and to whom or with whom it is made.

Names, offices and pronouns are the linking's; here is only what follows from a promise's place in its sentence and
article: "we" and "our", the one who affirms a commitment, and whom "the teams" or "the authorities" act for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.commitment_candidates import Candidate
from pipelines.extraction.commitment_cues import CommitmentLexicon
from pipelines.extraction.commitment_parse import SUBJECTS, child, phrase, reporting_word, subject_of
from pipelines.records import NOBODY, Referent, Statement, text_of, unite

_I = frozenset({"i", "me", "my"})
_FIRST_PERSON = _I | {"we", "us", "our", "ours"}
_THIRD_PERSON = frozenset({"its", "it", "their", "they"})
_TOGETHER = frozenset(
    {
        "alliance",
        "bilateral",
        "cooperate",
        "cooperation",
        "dialogue",
        "interaction",
        "mutual",
        "partnership",
        "relationship",
        "together",
    }
)
_AT_THE_TABLE = frozenset({"discuss", "exchange", "today", "together", "jointly"})
"""Words by which "we" in a meeting are those who meet."""
_JOINTLY = frozenset({"together", "jointly"})
_YOU = frozenset({"you", "your"})
_OTHER_PRONOUNS = frozenset({"its", "their", "them"})
_OTHERS = frozenset({"him", "her", "them"})
_CIRCUMSTANCES = frozenset({"presence", "face", "wake", "context"})
"""Heads of "in the … of", which tell under what circumstances somebody acts."""
_BOTH = frozenset({"both", "two"})
_LEAD = 150
"""Tokens within which an article's authors say who they are."""
_OWN_ACCOUNTS = ("fact sheet", "factsheet")
_DASHES = frozenset({"-", "–", "—", ","})
_PLACES = frozenset({"in", "at", "across", "within", "through", "about", "around", "throughout", "during", "inside"})
_SIDE_LABELS = frozenset({"pobj", "dobj", "poss", "amod", "conj", "dative", "compound", "nmod", "attr"})


class Linked(Protocol):
    """What commitments ask of a linked article."""

    @property
    def participants(self) -> Referent:
        """The leaders or countries between whom the article's main event is."""
        ...

    @property
    def author(self) -> Referent:
        """Who says "I" outside quotations; `NOBODY` for news."""
        ...

    @property
    def home(self) -> Referent:
        """The state whose government published the article; `NOBODY` for news."""
        ...

    def resolve(self, span: Span) -> Referent:
        """Whom a noun phrase stands for; `NOBODY` where nobody can be named."""
        ...


class Roles:
    """The people of one article's commitments."""

    def __init__(
        self, doc: Doc, linked: Linked, statements: Sequence[Statement], lexicon: CommitmentLexicon, title: str = ""
    ) -> None:
        self._title = title.casefold()
        self._doc = doc
        self._text = text_of(doc)
        self._linked = linked
        self._statements = statements
        self._lengths = [sum(end - start for start, end in s.content_spans) for s in statements]
        self._reaches = [(s.content_spans[0][0], s.content_spans[-1][1]) for s in statements]
        self.lexicon = lexicon

    @cached_property
    def is_own_account(self) -> bool:
        """Whether a side itself sets out what an act or accord of its own will do: fact sheets, texts of agreements."""
        return self._title.startswith(_OWN_ACCOUNTS) or (self._is_of_accord and is_known(self._linked.author))

    @cached_property
    def _is_of_accord(self) -> bool:
        """Whether the article's title is about an agreement of two sides."""
        words = re.findall(r"\w+", self._title)
        return any("accord" in self.lexicon.object_classes.get(word.removesuffix("s"), ()) for word in words)

    @cached_property
    def _authoring_states(self) -> Referent:
        """The states that speak with one voice in a joint statement."""
        author = self._linked.author
        return state_of(author) if len(author.countries) > 1 else NOBODY

    @cached_property
    def _labels(self) -> list[tuple[int, Referent]]:
        """Where a transcript that runs on in one paragraph names who speaks next ("… Ann Lee: Good afternoon")."""
        ends = [(e, e.end) for e in self._doc.ents if e.label_ == "PERSON" and e.end < len(self._doc)]
        named = ((end, self._linked.resolve(e)) for e, end in ends if self._doc[end].text == ":")
        return [(end, who) for end, who in named if who.leader_ids]

    @cached_property
    def _parties(self) -> Referent:
        """The two countries that an article is about: those of its main event, else the two that it names most."""
        both = self._linked.participants
        if len(both.countries) > 1:
            return state_of(both)
        named: Counter[str] = Counter()
        for entity in self._doc.ents:
            if entity.label_ in {"GPE", "NORP"}:
                named.update(self._linked.resolve(entity).countries)
        named.update(dict.fromkeys(both.countries, len(named)))
        often = [country for country, n in named.most_common(2) if n > 1]
        return Referent((), tuple(sorted(often)), "government", "group", 0.6) if len(often) == 2 else NOBODY

    # -- statements ----------------------------------------------------------------------------------------------------

    def statement_at(self, spans: Sequence[tuple[int, int]]) -> Statement | None:
        """The smallest statement whose content holds most of these characters, else one whose content they hold."""
        size = sum(end - start for start, end in spans)
        first, last = min((s for s, _ in spans), default=0), max((e for _, e in spans), default=0)
        best: tuple[bool, int, int] | None = None
        for n, statement in enumerate(self._statements):
            if self._reaches[n][0] >= last or first >= self._reaches[n][1]:
                continue
            shared = sum(_overlap(span, run) for span in spans for run in statement.content_spans)
            length = self._lengths[n]
            if shared * 2 > min(size, length):
                rank = (shared * 2 <= size, length, n)
                best = rank if best is None or rank < best else best
        return self._statements[best[2]] if best else None

    def _speaker_around(self, token: Token) -> Statement | None:
        statement = self.statement_at([(token.idx, token.idx + len(token))])
        return statement if statement is not None and is_known(statement.referent) else None

    # -- the committer -------------------------------------------------------------------------------------------------

    def committer(self, candidate: Candidate) -> Referent:
        """Who would act."""
        agent = candidate.agent
        if agent is None:
            return self._unnamed(candidate)
        if (partner := self._signatory(candidate)) is not None:
            return unite([self.resolve(agent), self.resolve(partner)])
        affirmer = self._affirmer(candidate)
        if agent.tag_ == "PRP$" and affirmer is not None:
            subject = self.resolve(affirmer)
            ours = agent.lower_ in _FIRST_PERSON - _I and affirmer.lower_ not in _FIRST_PERSON
            if ours and len(subject.leader_ids) < 2:
                return state_of(subject)
            if is_known(subject):
                return subject
        found = self.resolve(agent)
        return self._those_at_the_table(candidate, found) if agent.lower_ == "we" else found

    def _those_at_the_table(self, candidate: Candidate, speaker: Referent) -> Referent:
        """ "We will discuss it today", said by one of two leaders who meet: both will."""
        both = self._linked.participants
        one_of_two = len(both.leader_ids) == 2 and set(speaker.leader_ids) < set(both.leader_ids)
        if not (one_of_two and speaker.leader_ids and len(both.countries) == 2):
            return speaker
        words = {self._doc[i].lemma_.lower() for i in candidate.tokens} | {candidate.act}
        return speaker if _AT_THE_TABLE.isdisjoint(words) or "with" in words else both

    def _signatory(self, candidate: Candidate) -> Token | None:
        """Who else signs or reaches an accord: "signed a treaty with …" binds both."""
        deed = candidate.action
        if candidate.kind == "noun" and candidate.trigger.lemma_.lower() not in self.lexicon.object_classes:
            return None
        if deed.pos_ == "VERB" or "accord" not in self.lexicon.object_classes.get(deed.lemma_.lower(), ()):
            return None
        withs = (c for t in (deed, candidate.trigger) for c in t.rights if c.dep_ == "prep" and c.lower_ == "with")
        return next((p for prep in withs if (p := child(prep, "pobj")) is not None and p.i in candidate.tokens), None)

    def _unnamed(self, candidate: Candidate) -> Referent:
        """Nobody named: "it was agreed" is both sides'; of a measure ("will be paid") the state that tells of it."""
        by_itself = {"passive", "instrument"} & candidate.marks
        if by_itself and self._is_of_accord and len(self._parties.countries) > 1:
            return self._parties
        both = self._linked.participants
        if {"passive", "there"}.isdisjoint(candidate.marks):
            return both
        if len(both.countries) > 1 and any(self._doc[i].lower_ in _JOINTLY for i in candidate.tokens):
            return state_of(both)
        statement = self._speaker_around(candidate.trigger)
        return state_of(statement.referent if statement is not None else self._linked.participants)

    def _affirmer(self, candidate: Candidate) -> Token | None:
        """The subject of the verb under which a nominal commitment stands ("They reaffirmed their commitment")."""
        if candidate.kind != "noun":
            return None
        verb = candidate.governor or next((t for t in candidate.trigger.ancestors if child(t, *SUBJECTS)), None)
        subject = subject_of(verb) if verb is not None and verb.i < candidate.trigger.i else None
        return subject if subject is not None and subject.i < candidate.trigger.i else None

    def resolve(self, token: Token) -> Referent:
        """Whom the phrase headed by this token stands for, coordination included."""
        heads = [token] if token.dep_ == "poss" else [token, *token.conjuncts]
        return unite(self._resolve_one(head) for head in heads if head.i >= token.i)

    def _resolve_one(self, head: Token) -> Referent:
        if head.lower_ in _FIRST_PERSON:
            return self._first_person(head)
        found = self._linked.resolve(phrase(head))
        shared = self._role(head) == "both_sides" and child(head, "poss") is None
        unclear = not is_known(found) or found.basis == "publisher"
        if shared and unclear and is_known(self._authoring_states):
            return self._authoring_states
        if shared and len(found.countries) < 2 and any(c.lower_ in _BOTH for c in head.lefts):
            return self._parties if is_known(self._parties) else found
        other = child(head, "appos")
        if not found.leader_ids and other is not None:
            named = self._linked.resolve(phrase(other))
            found = named if named.leader_ids or not is_known(found) else found
        return found if is_known(found) else self._stand_in(head, found)

    def _first_person(self, pronoun: Token) -> Referent:
        """I and we: who speaks there; in reported speech "we" is the speaker's country; else the article's authors."""
        statement = self._speaker_around(pronoun)
        if statement is not None:
            of_state = statement.quote_type == "indirect" and pronoun.lower_ not in _I
            return state_of(statement.referent) if of_state else statement.referent
        if pronoun.lower_ not in _I and is_known(self._authors):
            author = self._linked.author
            return author if set(author.countries) > set(self._authors.countries) else self._authors
        found = self._linked.resolve(self._doc[pronoun.i : pronoun.i + 1])
        found = found if is_known(found) else self._voice_near(pronoun)
        if not is_known(found):
            found = next((who for end, who in reversed(self._labels) if end < pronoun.i), NOBODY)
        own = pronoun.lower_ not in _I and self._title.startswith(_OWN_ACCOUNTS)
        return self._linked.home if own and not is_known(found) else found

    def _voice_near(self, pronoun: Token) -> Referent:
        """The speaker of the nearest quotation of the paragraph, for a sentence of it that no statement holds."""
        text = self._text
        start, end = text.rfind("\n", 0, pronoun.idx) + 1, text.find("\n", pronoun.idx)
        gaps = [
            (min(abs(run[0] - pronoun.idx), abs(pronoun.idx - run[1])), n)
            for n, statement in enumerate(self._statements)
            for run in statement.content_spans
            if statement.quote_type == "direct" and is_known(statement.referent)
            if start <= run[0] and (end < 0 or run[1] <= end)
        ]
        return self._statements[min(gaps)[1]].referent if gaps else NOBODY

    @cached_property
    def _authors(self) -> Referent:
        """Who "we" are where the text says so itself: "We, the leaders of France and Germany, …"."""
        for token in self._doc[:-3]:
            if token.lower_ != "we":
                continue
            if token.nbor().text in _DASHES - {","} and token.i < _LEAD:
                return self._named_within(token.i + 2)
            if token.nbor().text == ",":
                named = next((t for t in token.nbor(2).subtree if t.i > token.i and t.pos_ in {"NOUN", "PROPN"}), None)
                named = next(
                    (t for t in token.doc[token.i + 2 : token.i + 6] if t.lemma_.lower() in self.lexicon.actors), named
                )
                if named is not None and named.left_edge.i == token.i + 2:
                    return self._linked.resolve(self._doc[named.left_edge.i : named.right_edge.i + 1])
        return NOBODY

    def _named_within(self, start: int) -> Referent:
        """Those whom an apposition names up to its closing dash: "We – the Foreign Minister of …, … – met"."""
        end = next((t.i for t in self._doc[start : start + _LEAD] if t.text in _DASHES - {",", "-"}), start)
        named = [e for e in self._doc[start:end].ents if e.label_ in {"GPE", "NORP"}]
        return state_of(unite(self._linked.resolve(e) for e in named)) if len(named) > 1 else NOBODY

    def _stand_in(self, head: Token, found: Referent) -> Referent:
        """Whom somebody without a name acts for: "its army", a meeting's "teams", the "authorities" of a speaker."""
        if head.lower_ in _THIRD_PERSON:
            return self._country_before(head) or found
        owner = child(head, "poss")
        if owner is not None and is_known(of := self._resolve_one(owner)):
            return state_of(of)
        for part in head.lefts:
            if part.dep_ in {"compound", "nmod", "amod"} and _may_name(part):
                of = self._linked.resolve(self._doc[part.left_edge.i : part.i + 1])
                if of.countries:
                    return state_of(of)
        role = self._role(head)
        if role == "both_sides":
            both = self._linked.participants
            return state_of(both) if len(both.countries) > 1 else found
        if role == "speaker_state" and (statement := self._speaker_around(head)) is not None:
            return state_of(statement.referent)
        ours = role == "speaker_state" or (role == "itself" and self._is_official(head))
        return self._linked.home if ours and is_known(self._linked.home) else found

    def _role(self, head: Token) -> str | None:
        """Whom a noun stands for where nobody is named; "task force" is a noun of two words."""
        actors = self.lexicon.actors
        compound = child(head, "compound")
        two_words = f"{compound.lower_}-{head.lower_}" if compound is not None else ""
        return actors.get(two_words) or actors.get(head.lemma_.lower())

    def _is_official(self, head: Token) -> bool:
        """ "The Secretary will monitor": in a government's own account an office that nobody is named for."""
        bare = [c.lower_ for c in head.lefts] == ["the"] and not list(head.rights)
        return bare and head.tag_ in {"NN", "NNP"} and self._title.startswith(_OWN_ACCOUNTS)

    def _country_before(self, pronoun: Token) -> Referent | None:
        """The nearest country before "its" in the sentence."""
        for token in reversed(self._doc[pronoun.sent.start : pronoun.i]):
            if token.pos_ == "PROPN" and token.ent_type_ in {"GPE", "ORG"}:
                country = self._linked.resolve(phrase(token))
                if country.countries and not country.leader_ids:
                    return country
        return None

    # -- who says so ---------------------------------------------------------------------------------------------------

    def reporter(self, candidate: Candidate, statement: Statement | None) -> Referent:
        """Who says that there is this commitment: the speaker of its statement, who affirms, reports or announces it,
        or the one author of a signed text."""
        if statement is not None and is_known(statement.referent):
            return statement.referent
        source = self._affirmer(candidate)
        if source is None and (teller := self._teller(candidate)) is not None:
            source = subject_of(teller)
        if source is not None and is_known(found := self.resolve(source)):
            return found
        if is_known(found := self._carried_on(candidate)):
            return found
        author = self._linked.author
        return author if len(author.leader_ids) == 1 else NOBODY

    def _carried_on(self, candidate: Candidate) -> Referent:
        """The speaker of the last cue of the sentence, for a clause that takes it up: "…, and that it will pay"."""
        verb = candidate.trigger
        while verb.dep_ == "conj" and not _is_that_clause(verb):
            verb = verb.head
        if not _is_that_clause(verb):
            return NOBODY
        opening = verb.sent.start_char
        before = [s for s in self._statements if s.cue is not None and opening <= s.cue[0] < verb.idx]
        return max(before, key=lambda s: s.cue or (0, 0)).referent if before else NOBODY

    def _teller(self, candidate: Candidate) -> Token | None:
        """The verb that tells of the commitment, unless it makes the commitment itself ("agreed that …")."""
        word = reporting_word(candidate.trigger) if candidate.kind == "noun" else candidate.governor
        if word is None or word.pos_ != "VERB" or self.lexicon.frames("verb", word.lemma_):
            return None
        return word

    def _side(self, token: Token) -> Referent:
        """The person in "British Prime Minister Brown", the country in "Chinese imports"."""
        if token.dep_ in {"amod", "compound", "nmod"}:
            person = self._linked.resolve(phrase(token.head))
            if person.leader_ids:
                return person
        return self._linked.resolve(phrase(token))

    # -- the other side ------------------------------------------------------------------------------------------------

    def counterparty(self, candidate: Candidate, committer: Referent, statement: Statement | None = None) -> Referent:
        """The first other side that the deed names or its pronouns mean, else the other side of the meeting where they
        act together, or of the agreement, else whose country aid or force goes to."""
        for find in (self._named_side, self._partner, self._place):
            if is_known(other := find(candidate, committer, statement)):
                return other
        return NOBODY

    def _named_side(self, candidate: Candidate, committer: Referent, statement: Statement | None) -> Referent:
        for token in self._behind_trigger(candidate):
            found = NOBODY
            if token.lower_ in _YOU:
                found = statement.addressee_referent if statement is not None else NOBODY
                found = found if is_known(found) else self._linked.participants
            elif token.lower_ in _OTHER_PRONOUNS:
                found = self._linked.resolve(self._doc[token.i : token.i + 1])
            elif token.dep_ in _SIDE_LABELS and _is_side(token, candidate):
                found = self._side(token)
            if is_known(other := without(found, committer)):
                return other
        return NOBODY

    def _partner(self, candidate: Candidate, committer: Referent, _: Statement | None) -> Referent:
        if (
            self._is_of_accord
            and len(committer.countries) == 1
            and set(committer.countries) < set(self._parties.countries)
        ):
            return without(self._parties, committer)
        both = self._linked.participants
        words = {self._doc[i].lemma_.lower() for i in candidate.tokens}
        together = not _TOGETHER.isdisjoint(words) and "with" not in words
        takes_part = set(both.countries) & set(committer.countries)
        other = without(both, committer) if together and takes_part else NOBODY
        return other if committer.leader_ids or not is_known(other) else state_of(other)

    def _place(self, candidate: Candidate, committer: Referent, _: Statement | None) -> Referent:
        """ "assistance for people inside Ukraine", "the offensive in Lebanon"; aid without a place goes to the other of
        the two countries that the article is about."""
        words = (self._doc[i].lemma_.lower() for i in candidate.tokens)
        classes = {found for word in words for found in self.lexicon.object_classes.get(word, ())}
        if classes.isdisjoint({"aid", "force"}):
            return NOBODY
        for token in self._behind_trigger(candidate):
            if token.ent_type_ == "GPE" and token.dep_ == "pobj":
                other = without(self._linked.resolve(phrase(token)), committer)
                if is_known(other):
                    return other
        one_of_two = len(committer.countries) == 1 and set(committer.countries) < set(self._parties.countries)
        return without(self._parties, committer) if "aid" in classes and one_of_two else NOBODY

    def _behind_trigger(self, candidate: Candidate) -> list[Token]:
        return [self._doc[i] for i in sorted(candidate.tokens) if i > candidate.trigger.i]


def _is_that_clause(verb: Token) -> bool:
    return any(c.dep_ == "mark" and c.lower_ == "that" for c in verb.children)


def _may_name(token: Token) -> bool:
    return token.pos_ == "PROPN" or token.ent_type_ in {"GPE", "NORP", "PERSON"}


def _is_side(token: Token, candidate: Candidate) -> bool:
    """Whether a word can name the other side: not a place, and not inside a clause of its own."""
    if not (_may_name(token) or (token.lower_ in _OTHERS and token.dep_ in {"pobj", "dobj"})):
        return False
    placed = token.dep_ == "poss"
    while token not in (candidate.action, candidate.trigger) and token.head != token:
        if token.lower_ in _CIRCUMSTANCES:
            return False
        if token.dep_ == "prep" and not placed:
            placed = True
            if token.lower_ in _PLACES:
                return False
        if token.dep_ == "advcl" and child(token, *SUBJECTS) is not None:
            return False
        token = token.head
    return True


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def is_known(referent: Referent) -> bool:
    """Whether somebody is named."""
    return bool(referent.leader_ids or referent.countries)


def state_of(referent: Referent) -> Referent:
    """The countries somebody speaks for, without the person."""
    return Referent((), referent.countries, "government", referent.basis, referent.confidence)


def without(referent: Referent, own: Referent) -> Referent:
    """What is left of a referent when one's own side is taken away."""
    leaders = tuple(sorted(set(referent.leader_ids) - set(own.leader_ids)))
    countries = tuple(sorted(set(referent.countries) - set(own.countries)))
    if not countries and not (leaders and not referent.countries):
        return NOBODY
    return Referent(leaders, countries, referent.kind, referent.basis, referent.confidence)
