"""Where a sentence commits somebody: candidates over the dependency parse, before anybody is named or dated.

A candidate is a cue in its frame (agreed to …, a commitment to …, signed …, will …), the word of the deed, the word of
whoever would act, and the tokens of the clause. Predictions, hopes, requests, questions, bare conditionals and what
happens by itself are left out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from pipelines.extraction.commitment_cues import CommitmentLexicon, Cue
from pipelines.extraction.commitment_frames import complement, fits, infinitives, measured, negate, predicated
from pipelines.extraction.commitment_parse import (
    SUBJECTS,
    TENSED,
    by_whom,
    can_promise,
    child,
    clause_tokens,
    coordinated,
    deed_of,
    distinct_actions,
    has_condition,
    is_aside,
    is_finite,
    is_hypothetical,
    is_infinitive,
    is_negated,
    is_passive,
    is_unasserted,
    misread_subject,
    modal_of,
    reporting_word,
    subject_of,
    subtree,
    without_asides,
)

_WILL = frozenset({"will", "'ll", "\u2019ll", "wo", "shall", "sha"})
_WOULD = frozenset({"would", "'d", "\u2019d"})
_PERHAPS = frozenset({"may", "might", "could"})
_COPULAS = frozenset({"be", "remain", "stand", "stay"})
_REFRAINING = frozenset({"refrain", "avoid", "abstain"})
_BEGINNING_WORDS = 8
"""A clause's beginning is repeated in front of its later actions only while it is no longer than this."""


@dataclass(slots=True)
class Candidate:
    """A clause that may commit somebody.

    `kind`: modal, verb, adjective, noun. `agent` heads the phrase of who would act (None: the text leaves it open).
    `act` is the lemma of the deed. `governor` is the word that reports the clause. `marks` are observations for the
    confidence.
    """

    kind: str
    trigger: Token
    action: Token
    act: str
    agent: Token | None
    firmness: str
    polarity: str
    tokens: frozenset[int]
    governor: Token | None = None
    marks: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Clause:
    """What the rows of one cue share."""

    kind: str
    trigger: Token
    actions: Sequence[Token]
    tokens: set[int]
    agent: Token | None
    outcome: tuple[str, str]
    governor: Token | None
    cue: Cue | None = None


def find_candidates(doc: Doc, lexicon: CommitmentLexicon) -> list[Candidate]:
    """All commitment candidates of an article, in the order of their cues."""
    found: list[Candidate] = []
    for token in doc:
        pos = token.pos_
        if pos in {"VERB", "AUX", "ADJ"}:
            if token.tag_ in {"VB", "VBN", "VBG"} and any(c.tag_ == "MD" for c in token.children):
                found += _modal(token, lexicon)
            else:
                found += _predicate(token, lexicon)
        elif pos == "NOUN":
            found += _noun(token, lexicon)
    return _without_nested(found)


def _rows(clause: _Clause, lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    """One candidate an action, the later ones with the clause's beginning in front."""
    firmness, polarity = clause.outcome
    first = clause.actions[0]
    own = [subtree(action) for action in clause.actions]
    start = first.i if first == clause.trigger else first.left_edge.i
    beginning = {i for i in clause.tokens if i < start}
    if len(beginning) > _BEGINNING_WORDS:
        beginning = set()
    for n, action in enumerate(clause.actions):
        later = {i for tokens in own[n + 1 :] for i in tokens}
        tokens = (clause.tokens if n == 0 else beginning | own[n]) - later
        deed = deed_of(action)
        pole = _pole(deed, clause, polarity)
        act = _act(deed, clause, lexicon)
        yield Candidate(
            clause.kind, clause.trigger, deed, act, clause.agent, firmness, pole, frozenset(tokens), clause.governor
        )


def _pole(deed: Token, clause: _Clause, polarity: str) -> str:
    """The cue's polarity, turned where the deed itself is negated: "promised not to raise" refrains."""
    if deed.lemma_ in _REFRAINING:
        return "refrain"
    if clause.kind != "modal" and deed.i != clause.trigger.i and is_negated(deed):
        return "refrain" if polarity == "do" else "do"
    return polarity


def _act(deed: Token, clause: _Clause, lexicon: CommitmentLexicon) -> str:
    """The lemma of the deed, particle included; of a noun's deed what the cue says ("signed a treaty")."""
    if deed.pos_ not in {"VERB", "AUX"}:
        if act := _nominal_act(deed, clause, lexicon):
            return act
        deed = clause.trigger
    if deed.lemma_ == "make" and (oprd := next((c for c in deed.children if c.lower_ == "sure"), None)) is not None:
        return f"make {oprd.lower_}"
    particle = child(deed, "prt")
    return f"{deed.lemma_} {particle.lower_}" if particle is not None else deed.lemma_


def _nominal_act(noun: Token, clause: _Clause, lexicon: CommitmentLexicon) -> str:
    """What is done where a cue takes a noun: the noun's own verb ("the renewal of ties": renew), or what the cue says.

    A noun of change is looked for under its qualities ("commitment to further development of ties": develop).
    """
    act = clause.cue.act if clause.cue is not None else ""
    own = lexicon.deeds.get(noun.lemma_.lower(), "")
    if act == "deed":
        return own or ("" if clause.kind == "verb" else noun.lemma_)
    if act == "commit" and own and any(c.lower_ == "of" for c in noun.children):
        return own
    return act


# -- will -------------------------------------------------------------------------------------------------------------


def _modal(verb: Token, lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    """will, shall; would where a report shifts it; with somebody who can promise as its subject."""
    governor = reporting_word(verb)
    passive = is_passive(verb)
    agent = subject_of(verb)
    if wish := _wish(verb, lexicon):
        if agent is not None and agent.pos_ == "PRON" and can_promise(agent, lexicon) and not is_hypothetical(verb):
            tokens = clause_tokens(verb, _start(verb, agent))
            yield from _rows(_Clause("modal", verb, wish, tokens, agent, ("willing", "do"), governor), lexicon)
        return
    perhaps = _is_perhaps(verb) and not passive and agent is not None and agent.lower_ != "it"
    if not (perhaps or _is_future(verb, governor)) or (verb.tag_ == "VBN" and not passive):
        return
    if lexicon.happens_to(verb.lemma_, passive) or is_hypothetical(verb) or is_unasserted(verb, lexicon):
        return
    instrument = not passive and agent is not None and fits(agent, "instrument", lexicon) and agent.pos_ != "PRON"
    if _is_about_a_thing(verb) or not (passive or instrument or can_promise(agent, lexicon)):
        return
    outcome = ("considering", "do") if perhaps else _modal_outcome(verb, governor, lexicon)
    tokens = clause_tokens(verb, _start(verb, agent), coordinated(verb)) | _antecedent_tokens(verb)
    if (misread := misread_subject(verb)) is not None:
        tokens |= subtree(misread)
    doer = None if instrument else by_whom(verb) if passive else _who_says_it(agent, governor, lexicon)
    for row in _rows(_Clause("modal", verb, distinct_actions(verb), tokens, doer, outcome, governor), lexicon):
        row.marks |= {
            mark for mark, holds in (("passive", passive), ("perhaps", perhaps), ("instrument", instrument)) if holds
        }
        yield row


def _who_says_it(agent: Token | None, governor: Token | None, lexicon: CommitmentLexicon) -> Token | None:
    """ "The Commission announced it will …": the institution that says so; else the subject as it is."""
    if agent is None or agent.lower_ != "it" or governor is None or governor.pos_ != "VERB":
        return agent
    teller = subject_of(governor)
    institution = teller is not None and teller.pos_ in {"NOUN", "PROPN"} and teller.ent_type_ != "PERSON"
    return teller if institution and can_promise(teller, lexicon) else agent


def _wish(verb: Token, lexicon: CommitmentLexicon) -> list[Token]:
    """What somebody would like to do (not: would like to say)."""
    would = any(c.tag_ == "MD" and c.lower_ in _WOULD for c in verb.children)
    cues = lexicon.frames("verb", verb.lemma_) if would and not is_negated(verb) else ()
    deeds = next((infinitives(verb, cue, lexicon) for cue in cues if cue.frame == "would"), [])
    return [deed for deed in deeds if not lexicon.governs("preface", deed)]


def _is_future(verb: Token, governor: Token | None) -> bool:
    modal = next(c for c in verb.children if c.tag_ == "MD")
    reported = governor is not None and governor.tag_ not in {"VB", "VBP"} and not has_condition(verb)
    return modal.lower_ in _WILL or (modal.lower_ in _WOULD and reported)


def _is_perhaps(verb: Token) -> bool:
    """ "may send": considered, where who says so speaks for who would act (which `commitments` sees to)."""
    return any(c.tag_ == "MD" and c.lower_ in _PERHAPS for c in verb.children) and not is_negated(verb)


def _modal_outcome(verb: Token, governor: Token | None, lexicon: CommitmentLexicon) -> tuple[str, str]:
    """Intended, unless the verb weakens or turns it ("will consider") or the reporting word binds ("pledged that")."""
    subject = subject_of(verb)
    nobody = subject is not None and any(c.dep_ == "det" and c.lower_ == "no" for c in subject.children)
    firmness, polarity = "intended", "refrain" if is_negated(verb) or nobody else "do"
    for cue in lexicon.frames("verb", verb.lemma_):
        if cue.firmness == "considering" or cue.polarity == "refrain":
            firmness, polarity = cue.firmness, cue.polarity
    if governor is not None:
        pos = "noun" if governor.pos_ == "NOUN" else "verb"
        firmness = next((c.firmness for c in lexicon.frames(pos, governor.lemma_) if c.frame == "that"), firmness)
    return firmness, polarity


def _is_about_a_thing(verb: Token) -> bool:
    """ "a force that will ensure …" says what the force is for; "the summit, which will be held …" is a plan."""
    subject = child(verb, *SUBJECTS)
    if subject is None or subject.tag_ != "WDT":
        return False
    return not is_passive(verb) or subject.i == 0 or subject.nbor(-1).text != ","


def _start(verb: Token, subject: Token | None) -> int:
    """Where the clause proper begins."""
    return subject.left_edge.i if subject is not None and subject.i < verb.i else verb.i


def _antecedent_tokens(verb: Token) -> set[int]:
    """The noun that a relative clause is about, where the noun is what is promised: "norms which we will defend"."""
    subject = subject_of(verb)
    if verb.dep_ != "relcl" or subject is None or verb.left_edge.tag_ not in {"WDT", "WP"}:
        return set()
    if subject == verb.head and not is_passive(verb):
        return set()
    return {i for i in subtree(verb.head) if i < verb.left_edge.i}


# -- verbs and adjectives ---------------------------------------------------------------------------------------------


def _predicate(token: Token, lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    """Verbs and adjectives that commit their subject."""
    clause, kind, cues = _cue_of(token, lexicon)
    if not cues or not ((is_finite(clause) and modal_of(clause) is None) or _will_be(kind, clause)):
        return
    if is_hypothetical(clause) or is_unasserted(clause, lexicon) or _was_to(token):
        return
    for cue in cues:
        if actions := complement(token, cue, lexicon):
            yield from _committed(kind, token, clause, cue, actions, lexicon)
            return


def _was_to(token: Token) -> bool:
    """ "They were to leave": a plan of the past, unless a report shifts the present."""
    return token.lemma_ == "be" and token.tag_ == "VBD" and reporting_word(token) is None


def _will_be(kind: str, clause: Token) -> bool:
    """ "will remain committed", "will be ready"."""
    modal = modal_of(clause)
    return kind == "adjective" and modal is not None and modal.lower_ in _WILL


def _cue_of(token: Token, lexicon: CommitmentLexicon) -> tuple[Token, str, tuple[Cue, ...]]:
    """The clause's verb, whether the cue is a verb or an adjective, and its frames."""
    if token.dep_ in {"acomp", "oprd"} and token.head.lemma_ in _COPULAS:
        return token.head, "adjective", lexicon.frames("adjective", token.lower_)
    if (cues := lexicon.frames("adjective", token.lower_)) and is_passive(token):
        return token, "adjective", cues
    particle = child(token, "prt")
    lemma = f"{token.lemma_} {particle.lower_}" if particle is not None else token.lemma_
    adverb = next((c for c in token.children if c.i == token.i + 1 and c.pos_ == "ADV"), None)
    phrasal = lexicon.frames("verb", f"{token.lemma_} {adverb.lower_}") if adverb is not None else ()
    cues = phrasal or lexicon.frames("verb", lemma, token.lower_)
    if cues and is_passive(token):
        cues = tuple(cue for cue in cues if _works_in_passive(token, cue))
    return token, "verb", cues


def _works_in_passive(verb: Token, cue: Cue) -> bool:
    """ "was ordered to", "was approved by", "it was agreed to": in other passives the subject promises nothing."""
    subject = child(verb, "nsubjpass")
    impersonal = subject is not None and subject.lower_ == "it"
    return (
        cue.frame == "obj_inf"
        or (cue.frame == "np" and by_whom(verb) is not None)
        or (impersonal and cue.firmness == "agreed")
    )


def _committed(
    kind: str, token: Token, clause: Token, cue: Cue, actions: list[Token], lexicon: CommitmentLexicon
) -> Iterator[Candidate]:
    outcome = negate(cue, is_negated(clause))
    subject = subject_of(clause)
    agent = subject
    if is_passive(clause) and kind == "verb" and cue.frame != "obj_inf":
        agent = by_whom(clause)
        if agent is not None and not can_promise(agent, lexicon):
            return
    elif cue.frame == "obj_inf" and subject is not None and fits(subject, "instrument", lexicon):
        agent = None
    elif not can_promise(subject, lexicon):
        return
    if outcome is not None:
        tokens = clause_tokens(clause, _start(clause, subject)) | _antecedent_tokens(clause)
        yield from _rows(_Clause(kind, token, actions, tokens, agent, outcome, reporting_word(clause), cue), lexicon)


# -- nouns ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a nominal commitment stands: the verb over it, how it hangs there, and its owner."""

    head: Token
    governor: Token
    owner: Token | None
    direct: bool
    passive: bool


def _noun(noun: Token, lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    """Nominal commitments: their owner promises, or the subject of the verb that affirms them."""
    for cue in lexicon.frames("noun", noun.lemma_):
        if actions := complement(noun, cue, lexicon) or predicated(noun, cue):
            yield from _nominal(noun, cue, actions, lexicon)
            return


def _nominal(noun: Token, cue: Cue, actions: list[Token], lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    place = _place(noun)
    governor = place.governor
    how = _standing(place, cue, lexicon)
    outcome = negate(cue, any(c.lower_ == "no" for c in noun.children) or (place.direct and is_negated(governor)))
    if how is None or outcome is None or is_hypothetical(noun):
        return
    agent = place.owner
    if agent is None and how in {"affirmed", "mentioned"} and not place.passive:
        agent = subject_of(governor)
    if agent is not None and agent.tag_ != "PRP$" and not can_promise(agent, lexicon):
        return
    tokens = _nominal_tokens(noun, place, how, actions)
    report = governor if governor.pos_ == "VERB" else None
    for row in _rows(_Clause("noun", noun, actions, tokens, agent, outcome, report, cue), lexicon):
        row.marks.add(how)
        yield row


def _place(noun: Token) -> _Place:
    head = noun
    while head.dep_ in {"conj", "appos"}:
        head = head.head
    passive = head.dep_ == "nsubjpass"
    return _Place(
        head=head,
        governor=head.head,
        owner=possessor(noun) or possessor(head),
        direct=passive or head.dep_ in {"dobj", "attr"},
        passive=passive,
    )


def _standing(place: _Place, cue: Cue, lexicon: CommitmentLexicon) -> str | None:
    """How the noun is put forward: affirmed, mentioned, there is, added ("with a commitment to"), shared, owned."""
    governor = place.governor
    lemma = governor.lemma_.lower()
    if governor.pos_ in {"VERB", "AUX"} and (is_unasserted(governor, lexicon) or modal_of(governor) is not None):
        return None
    over = governor.head if governor.pos_ == "ADP" else governor
    if cue.firmness == "pledged" and lexicon.governs("gratitude", over):
        return None
    if place.direct and lexicon.governs("affirm", governor):
        return "affirmed"
    if cue.phrase in {"support", "interest", "offer"}:
        return None
    if place.direct and lexicon.governs("mention", governor):
        return "mentioned"
    if lemma == "be" and child(governor, "expl") is not None:
        return "there"
    if place.owner is not None:
        return "owned"
    if governor.lower_ == "with" and governor.head.pos_ == "VERB" and cue.firmness == "pledged":
        return "added"
    return "shared" if cue.phrase in {"agreement", "consensus"} else None


def _nominal_tokens(noun: Token, place: _Place, how: str, actions: Sequence[Token]) -> set[int]:
    governor = place.governor
    tokens = without_asides(noun)
    if how in {"affirmed", "mentioned"}:
        tokens |= _tail(noun, governor) | (set() if place.owner else {governor.i})
    elif how == "added":
        tokens |= {governor.i}
    elif how == "there" or (governor.lemma_ == "be" and actions[0].head == governor):
        tokens = subtree(governor)
    for action in actions:
        tokens |= subtree(action)
    if noun != place.head:
        tokens -= {i for i in subtree(place.head) if i < noun.left_edge.i}
    for part in noun.children:
        if part.dep_ in {"conj", "cc"}:
            tokens -= subtree(part)
    return tokens


def _tail(noun: Token, governor: Token) -> set[int]:
    """What the parser hung from the verb behind the noun: ways, times and purposes of the deed."""
    tail: set[int] = set()
    for part in governor.rights:
        purpose = part.dep_ in {"advcl", "xcomp"} and is_infinitive(part)
        stray = part.dep_ == "conj" and part.tag_ == "VB" and governor.tag_ in TENSED
        belongs = part.dep_ in {"prep", "npadvmod"} or purpose or stray
        if part.i > noun.i and belongs and not is_aside(part, governor):
            tail |= subtree(part)
    return tail


def possessor(noun: Token) -> Token | None:
    """Whose commitment it is: "its", "Israel's", "U.S.", "the readiness of the EU", "the decision by Finland"."""
    if owner := child(noun, "poss"):
        return owner
    for modifier in noun.lefts:
        if modifier.dep_ in {"compound", "nmod", "amod"} and modifier.left_edge.ent_type_ == "GPE":
            modifier = modifier.left_edge
        named = modifier.dep_ in {"compound", "nmod", "amod"} and modifier.ent_type_ in {"GPE", "ORG", "NORP"}
        if named or (modifier.dep_ == "compound" and modifier.lemma_ == "government"):
            return modifier
    of = next((c for c in noun.children if c.lower_ in {"of", "by"} and c.dep_ == "prep"), None)
    owner = child(of, "pobj") if of is not None else None
    return next(iter(measured(owner)), owner) if owner is not None else None


# -- one row an action ------------------------------------------------------------------------------------------------


def _without_nested(candidates: list[Candidate]) -> list[Candidate]:
    """Drop what another candidate already says: a cue inside its complement, without a clause of its own between."""
    kept: list[Candidate] = []
    for inner in candidates:
        if "added" in inner.marks:
            if kept and kept[-1].trigger.sent == inner.trigger.sent:
                kept.append(_added(inner, kept[-1]))
        elif not any(_contains(outer, inner) for outer in candidates):
            kept.append(inner)
    return kept


def _added(inner: Candidate, outer: Candidate) -> Candidate:
    """ "…, with a further commitment to …": the same side adds a second deed, which is no part of the first."""
    outer.tokens -= inner.tokens
    inner.agent, inner.governor = outer.agent, outer.governor
    return inner


def _contains(outer: Candidate, inner: Candidate) -> bool:
    if outer.trigger == inner.trigger or inner.trigger.i not in outer.tokens:
        return False
    if len(inner.tokens & outer.tokens) * 2 <= len(inner.tokens) and inner.trigger != outer.action:
        return False
    token = inner.trigger
    while token != outer.trigger and token.head != token:
        clause = child(token, *SUBJECTS) is not None or (token.dep_ == "conj" and token.tag_ in TENSED)
        if token.pos_ in {"VERB", "AUX"} and clause and token != outer.action:
            return False
        token = token.head
    return token == outer.trigger
