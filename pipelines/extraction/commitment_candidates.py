"""Where a sentence commits somebody: candidates over the dependency parse, before anybody is named or dated.

A candidate is a cue with its frame (agreed to …, a commitment to …, signed …, will …), the word of the action, the word of
whoever would act, and the tokens of the clause. Predictions, hopes, requests, questions, bare conditionals and what
happens by itself are left out here. The labels are those of spaCy's English models (ClearNLP).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from pipelines.extraction.commitment_cues import CommitmentLexicon, Cue

SUBJECTS = frozenset({"nsubj", "nsubjpass"})
TENSED = frozenset({"VBD", "VBZ", "VBP"})
WILL = frozenset({"will", "'ll", "’ll", "wo", "shall", "sha"})
WOULD = frozenset({"would", "'d", "’d"})
FIRST_PERSON = frozenset({"i", "we"})
PEOPLE_PRONOUNS = frozenset({"i", "we", "he", "she", "they", "who", "both"})
SEEMING = frozenset({"appear", "seem"})
COPULAS = frozenset({"be", "remain", "stand", "stay"})
ASPECTUAL = frozenset({"continue", "begin", "start", "keep", "go"})
REFRAINING = frozenset({"refrain", "avoid", "abstain"})
CONDITIONAL_MARKS = frozenset({"if", "unless", "whether", "provided", "lest"})
SIDE_MARKS = frozenset(
    {
        "although",
        "though",
        "whereas",
        "despite",
        "after",
        "before",
        "since",
        "following",
        "amid",
        "because",
        "as",
        "while",
    }
)
CLAUSES = frozenset({"xcomp", "ccomp", "acl", "relcl", "advcl"})
COMPLEMENTS = frozenset({"dobj", "prep", "xcomp", "ccomp", "dative", "agent", "oprd", "attr", "acomp"})
PREFIX_WORDS = 8


@dataclass(slots=True)
class Candidate:
    """A clause that may commit somebody.

    `kind`: modal, verb, adjective, noun. `agent` heads the phrase of who would act (None: the text leaves it open).
    `act` is the lemma of the deed. `marks` are observations that the confidence is made of.
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


# -- reading the parse ------------------------------------------------------------------------------------------------


def child(token: Token, *deps: str) -> Token | None:
    """The first child with one of these labels."""
    return next((c for c in token.children if c.dep_ in deps), None)


def subject_of(verb: Token) -> Token | None:
    """The subject, looked for through coordination, raising and participial clauses; relative pronouns resolve.

    A tensed verb that hangs as a conjunct from an untensed one is coordinated further up: the parser attached it low.
    """
    tensed = verb.tag_ in TENSED
    while True:
        found = child(verb, *SUBJECTS)
        if found is not None and not (tensed and verb.tag_ == "VB"):
            return antecedent(found, verb) if found.tag_ in {"WDT", "WP"} else found
        climbs = verb.dep_ in {"conj", "xcomp", "advcl"} or (tensed and verb.tag_ not in TENSED)
        if verb.head == verb or not climbs or verb.head.pos_ not in {"VERB", "AUX", "NOUN"}:
            return None
        verb = verb.head


def antecedent(pronoun: Token, verb: Token) -> Token:
    """What a relative pronoun stands for: the noun that its clause modifies."""
    while verb.dep_ == "conj":
        verb = verb.head
    return verb.head if verb.dep_ == "relcl" else pronoun


def modal_of(verb: Token) -> Token | None:
    """The modal over a verb; a coordinated verb without a subject of its own shares its head's."""
    if found := next((c for c in verb.children if c.tag_ == "MD"), None):
        return found
    if verb.dep_ == "conj" and not child(verb, *SUBJECTS) and verb.tag_ == "VB":
        return modal_of(verb.head)
    return None


def is_infinitive(verb: Token) -> bool:
    return any(c.tag_ == "TO" for c in verb.children)


def is_negated(verb: Token) -> bool:
    return any(c.dep_ == "neg" or c.lower_ in {"never", "neither"} for c in verb.children)


def is_finite(verb: Token) -> bool:
    """Whether the verb itself is told of as a fact: tensed, perfect, progressive or passive with its auxiliary."""
    if verb.tag_ in TENSED:
        return True
    if any(c.dep_ in {"aux", "auxpass"} and c.tag_ in TENSED for c in verb.children):
        return True
    if verb.dep_ == "xcomp" and verb.tag_ == "VBG" and verb.head.lemma_ in SEEMING:
        return is_finite(verb.head)
    if verb.dep_ == "conj" and verb.tag_ in {"VBN", "VBG"}:
        return is_finite(verb.head)
    return False


def is_question(token: Token) -> bool:
    last = next((t for t in reversed(list(token.sent)) if not t.is_space and not t.is_quote), token)
    return last.text == "?"


def clause_path(verb: Token) -> Iterator[tuple[str, Token, Token]]:
    """The way up from a verb: (label, the clause's verb, what it hangs from), conjuncts standing for their head."""
    while verb.head != verb:
        if verb.dep_ != "conj":
            yield verb.dep_, verb, verb.head
        verb = verb.head


def reporting_verb(verb: Token) -> Token | None:
    """The word whose complement clause this verb's clause is: said in "said that it will pay"."""
    for dep, _, head in clause_path(verb):
        if dep in {"ccomp", "acl", "pcomp"}:
            return head
        if dep in {"relcl", "advcl"}:
            return None
    return None


# -- what rules a clause out ------------------------------------------------------------------------------------------


def _asks_how(verb: Token) -> bool:
    first = verb.left_edge
    return first.tag_ in {"WRB", "WP"} and first.dep_ not in SUBJECTS and first.lower_ not in {"when", "once", "why"}


def is_hypothetical(verb: Token) -> bool:
    """In an if-clause or an embedded question, however deep."""
    if is_question(verb):
        return True
    for dep, clause, _ in clause_path(verb):
        if dep in {"advcl", "ccomp", "pcomp"} and any(
            c.dep_ in {"mark", "advmod"} and c.lower_ in CONDITIONAL_MARKS for c in clause.children
        ):
            return True
        if dep in {"ccomp", "pcomp", "csubj"} and _asks_how(clause):
            return True
    return False


def is_unasserted(verb: Token, lexicon: CommitmentLexicon) -> bool:
    """Under a negated report, a hope or expectation, or (for an infinitive) a request."""
    for dep, clause, head in clause_path(verb):
        if dep in {"relcl"}:
            return False
        if dep not in {"ccomp", "xcomp", "acl", "pcomp"}:
            continue
        if dep == "ccomp" and is_negated(head) and not lexicon.governs("expectation", head.lemma_):
            return True
        if lexicon.governs("expectation", head.lemma_.lower()) and not _speaks_of_self(clause):
            return True
        if dep == "xcomp" and lexicon.governs("request", head.lemma_.lower()) and child(head, "dobj") is not None:
            return True
    return False


def _speaks_of_self(clause: Token) -> bool:
    subject = subject_of(clause)
    return subject is not None and subject.lower_ in FIRST_PERSON


def can_promise(agent: Token | None, lexicon: CommitmentLexicon) -> bool:
    """Whether the word stands for somebody with a will: a person, a country, an office, an institution."""
    if agent is None or any(c.lower_ in {"a", "an", "any"} for c in agent.children):
        return False
    if agent.pos_ == "PRON":
        return agent.lower_ in PEOPLE_PRONOUNS or agent.lower_ == "it"
    if agent.ent_type_ in {"PERSON", "GPE", "ORG", "NORP"}:
        return True
    if agent.lemma_.lower() in lexicon.actors:
        return True
    return agent.pos_ == "PROPN" and agent.ent_type_ in {"", "LOC", "FAC"} and agent.text.isupper()


# -- the tokens of a row ----------------------------------------------------------------------------------------------


def _subtree(token: Token) -> set[int]:
    return {t.i for t in token.subtree}


def _left_out(token: Token, top: Token) -> bool:
    """Whether a descendant of the clause's verb belongs to another statement than the commitment itself.

    Asides and comments after a comma: "…, which will cost", "…, prompting objections", "…, an offer made last week",
    "…, two days after …".
    """
    if token.dep_ == "parataxis":
        return True
    if token.i < top.i or not _follows_comma(token):
        return False
    marks = {c.lower_ for c in token.children if c.dep_ in {"mark", "prep", "advmod"}} | {token.lower_}
    if token.dep_ == "advcl":
        return bool(marks & SIDE_MARKS) or (token.tag_ == "VBG" and token.left_edge == token)
    if token.dep_ in {"prep", "npadvmod"}:
        return bool(marks & SIDE_MARKS)
    return token.dep_ == "relcl" or (token.dep_ == "appos" and token.pos_ in {"NOUN", "PRON"})


def _follows_comma(token: Token) -> bool:
    first = token.left_edge
    return first.i > 0 and first.doc[first.i - 1].text == ","


def _leads(token: Token, start: int) -> bool:
    """A fronted adjunct that only links the sentence to the one before."""
    if token.dep_ in SUBJECTS or token.dep_ in {"aux", "auxpass", "neg", "expl"} or token.i >= start:
        return False
    if token.dep_ == "advcl":
        return not any(c.lower_ in CONDITIONAL_MARKS | {"when", "once"} for c in token.children)
    if token.dep_ in {"mark", "cc", "punct", "ccomp", "intj", "advmod", "dep"}:
        return True
    return token.dep_ == "prep" and not any(t.ent_type_ in {"DATE", "TIME"} for t in token.subtree)


def clause_tokens(top: Token, start: int, conjuncts: Iterable[Token] = ()) -> set[int]:
    """The tokens of a clause: its verb's subtree without coordinated clauses, asides and linking words in front.

    `start` is where the subject begins: what stands before it only links. `conjuncts` stay in.
    """
    stay = set(conjuncts)
    kept = _subtree(top)
    for descendant in top.subtree:
        if descendant != top and _left_out(descendant, top):
            kept -= _subtree(descendant)
    for part in top.children:
        coordinated = part.i > top.i and (part.dep_ == "conj" and part not in stay or part.dep_ == "cc" and not stay)
        if coordinated or _leads(part, start):
            kept -= _subtree(part)
    return kept


def to_spans(doc: Doc, tokens: Iterable[int]) -> list[tuple[int, int]]:
    """Character spans of a set of tokens: runs that only punctuation parts are one, loose ends are cut."""
    runs: list[list[int]] = []
    for i in sorted(tokens):
        if runs and all(doc[j].is_punct or doc[j].is_space for j in range(runs[-1][-1] + 1, i)):
            runs[-1].append(i)
        else:
            runs.append([i])
    spans = []
    for run in runs:
        while run and (
            doc[run[0]].is_punct and not doc[run[0]].is_quote or doc[run[0]].is_space or doc[run[0]].dep_ == "cc"
        ):
            run.pop(0)
        while run and (
            doc[run[-1]].is_punct
            and doc[run[-1]].text not in {")", "]"}
            or doc[run[-1]].is_space
            or doc[run[-1]].dep_ == "cc"
        ):
            run.pop()
        if run and any(not doc[i].is_punct for i in run):
            spans.append((doc[run[0]].idx, doc[run[-1]].idx + len(doc[run[-1]])))
    return spans


def distinct_actions(first: Token) -> list[Token]:
    """The verbs of a coordination that are actions of their own, in the order of the text.

    "hold Russia to account and ensure …" are two; "interact and maintain contacts" share their object and are one;
    after "work to detect …" a bare verb goes on with the purpose, while a repeated "to" goes back to the first verb.
    """
    actions, last = [first], first
    for verb in _coordinated(first):
        shares = not any(c.dep_ in COMPLEMENTS and list(c.subtree) != [c] or c.dep_ == "dobj" for c in last.children)
        deeds = (first, _through_aspect(first))
        purpose = any(t.tag_ == "TO" and t.head not in deeds for t in first.doc[first.i : verb.left_edge.i])
        if not shares and (is_infinitive(verb) or not purpose):
            actions.append(verb)
        last = verb
    return actions


def _coordinated(first: Token) -> list[Token]:
    """The verbs coordinated with a verb, however low the parser hung them."""
    wants_to = is_infinitive(first)
    top = first.head if wants_to else first
    found: list[Token] = []
    for token in top.subtree:
        if (
            token.i <= first.i
            or token.tag_ not in _alike(first)
            or child(token, *SUBJECTS, "aux") is not None
            and not is_infinitive(token)
        ):
            continue
        if token.dep_ == "conj" and (
            token.head in (first, *found) or (token.tag_ == "VB" and token.head.tag_ in TENSED)
        ):
            found += [token] if not is_infinitive(token) or wants_to else []
        elif wants_to and is_infinitive(token) and (_repeats_to(token) or _is_listed(token)):
            found.append(token)
    return found


def _alike(verb: Token) -> frozenset[str]:
    """The tags a verb's conjuncts have; the tagger takes bare participles for past tenses."""
    return frozenset({"VBN", "VBD"}) if verb.tag_ == "VBN" else frozenset({verb.tag_})


def _repeats_to(verb: Token) -> bool:
    """ "… and to continue": a repeated "to" takes up the first infinitive."""
    to = next(c for c in verb.children if c.tag_ == "TO")
    return to.i > 0 and to.doc[to.i - 1].lower_ in {"and", "or"}


def _is_listed(verb: Token) -> bool:
    """ "…, to speed up …, and to begin …": the middle of a list of infinitives."""
    to = next(c for c in verb.children if c.tag_ == "TO")
    return to.doc[to.i - 1].text == "," and any(
        c.dep_ == "conj" and is_infinitive(c) and _repeats_to(c) for c in verb.children
    )


# -- finding ----------------------------------------------------------------------------------------------------------


def find_candidates(doc: Doc, lexicon: CommitmentLexicon) -> list[Candidate]:
    """All commitment candidates of an article, in the order of their cues."""
    found: list[Candidate] = []
    for token in doc:
        if token.pos_ in {"VERB", "AUX", "ADJ"}:
            if token.tag_ in {"VB", "VBN"} and any(c.tag_ == "MD" for c in token.children):
                found += _modal(token, lexicon)
            else:
                found += _predicate(token, lexicon)
        elif token.pos_ == "NOUN":
            found += _noun(token, lexicon)
    return _without_nested(found)


def _rows(
    kind: str,
    trigger: Token,
    top: set[int],
    actions: list[Token],
    agent: Token | None,
    cue: tuple[str, str],
    governor: Token | None,
) -> Iterator[Candidate]:
    """One candidate an action, the later ones with the clause's beginning in front."""
    firmness, polarity = cue
    first = actions[0]
    own = [_subtree(action) for action in actions]
    first_start = first.i if first == trigger else first.left_edge.i
    beginning = {i for i in top if i < first_start}
    if len(beginning) > PREFIX_WORDS:
        beginning = set()
    for n, action in enumerate(actions):
        later = set().union(*own[n + 1 :]) if n + 1 < len(own) else set()
        tokens = (top - later) if n == 0 else (beginning | (own[n] - later))
        marks = {"coordinated"} if len(actions) > 1 else set()
        deed = _through_aspect(action)
        pole = "refrain" if deed.lemma_ in REFRAINING else polarity
        yield Candidate(
            kind, trigger, deed, act_of(deed, trigger), agent, firmness, pole, frozenset(tokens), governor, marks
        )


def act_of(deed: Token, trigger: Token) -> str:
    """The lemma of the deed, particle included; a noun's deed is what the cue says ("signed a treaty")."""
    if deed.pos_ not in {"VERB", "AUX"}:
        deed = trigger
    particle = child(deed, "prt")
    return f"{deed.lemma_} {particle.lower_}" if particle is not None else deed.lemma_


def _through_aspect(action: Token) -> Token:
    """The deed itself in "continue to share"; a noun after it ("continue contacts") leaves the aspect verb."""
    inner = child(action, "xcomp") if action.lemma_ in ASPECTUAL else None
    return inner if inner is not None and inner.pos_ == "VERB" else action


def _modal(verb: Token, lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    """will, shall; would where a past report shifts it; with somebody who can promise as its subject."""
    modal = next(c for c in verb.children if c.tag_ == "MD")
    governor = reporting_verb(verb)
    if modal.lower_ not in WILL and not (modal.lower_ in WOULD and _is_past_report(governor, verb)):
        return
    if verb.lemma_ in lexicon.nonvolitional or is_hypothetical(verb) or is_unasserted(verb, lexicon):
        return
    agent = subject_of(verb)
    passive = any(c.dep_ == "auxpass" for c in verb.children)
    if verb.tag_ == "VBN" and not passive or _is_what_clause(verb):
        return
    if not passive and not can_promise(agent, lexicon):
        return
    firmness, polarity = "intended", "refrain" if is_negated(verb) or _has_no(agent) else "do"
    inner = next(
        (c for c in lexicon.frames("verb", verb.lemma_) if c.firmness == "considering" or c.polarity == "refrain"), None
    )
    if inner is not None:
        firmness, polarity = inner.firmness, inner.polarity
    if governor is not None:
        outer = next(
            (
                c
                for c in lexicon.frames("noun" if governor.pos_ == "NOUN" else "verb", governor.lemma_)
                if c.frame == "that"
            ),
            None,
        )
        firmness = outer.firmness if outer else firmness
    start = agent.left_edge.i if agent is not None and agent.i < verb.i else verb.left_edge.i
    top = clause_tokens(verb, start, _coordinated(verb)) | _antecedent_tokens(verb)
    for row in _rows(
        "modal", verb, top, distinct_actions(verb), _by(verb) if passive else agent, (firmness, polarity), governor
    ):
        if passive:
            row.marks.add("passive")
        yield row


def _is_what_clause(verb: Token) -> bool:
    """A clause about a thing: "a force that will ensure …" says what it is for, not that it promises."""
    subject = child(verb, *SUBJECTS)
    return subject is not None and subject.tag_ == "WDT"


def _has_no(agent: Token | None) -> bool:
    return agent is not None and any(c.dep_ == "det" and c.lower_ == "no" for c in agent.children)


def _antecedent_tokens(verb: Token) -> set[int]:
    """The noun that a relative clause is about, where the noun is what is promised: "norms which we will defend"."""
    subject = child(verb, *SUBJECTS)
    if verb.dep_ != "relcl" or subject is None or subject.tag_ in {"WDT", "WP"}:
        return set()
    return {i for i in _subtree(verb.head) if i < verb.left_edge.i}


def _by(verb: Token) -> Token | None:
    by = child(verb, "agent")
    return child(by, "pobj") if by is not None else None


def _is_past_report(governor: Token | None, verb: Token) -> bool:
    return governor is not None and (governor.tag_ in {"VBD", "VBN", "VBG"} or governor.pos_ == "NOUN")


def _predicate(token: Token, lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    """Verbs and adjectives that commit their subject."""
    copula = token.head if token.dep_ in {"acomp", "oprd"} and token.head.lemma_ in COPULAS else None
    passive = any(c.dep_ == "auxpass" for c in token.children)
    if copula is not None or passive:
        cues = lexicon.frames("adjective", token.lower_)
        clause, kind = (copula or token), "adjective"
        if not cues and passive:
            cues, clause, kind = lexicon.frames("verb", token.lemma_), token, "verb"
    else:
        particle = child(token, "prt")
        phrase = f"{token.lemma_} {particle.lower_}" if particle is not None else token.lemma_
        cues, clause, kind = lexicon.frames("verb", phrase, token.lower_), token, "verb"
    if not cues or not is_finite(clause) or modal_of(clause) is not None:
        return
    if is_hypothetical(clause) or is_unasserted(clause, lexicon):
        return
    for cue in cues:
        actions = complement(token, cue, lexicon)
        if actions:
            yield from _committed(kind, token, clause, cue, actions, lexicon)
            return


def _committed(
    kind: str, token: Token, clause: Token, cue: Cue, actions: list[Token], lexicon: CommitmentLexicon
) -> Iterator[Candidate]:
    outcome = negate(cue, is_negated(clause))
    if outcome is None:
        return
    agent = subject_of(clause)
    impersonal = (
        agent is not None and agent.lower_ in {"it", "there"} and any(c.dep_ == "auxpass" for c in clause.children)
    )
    if impersonal:
        agent = _by(clause)
    elif not can_promise(agent, lexicon):
        return
    subject = subject_of(clause)
    start = subject.left_edge.i if subject is not None and subject.i < clause.i else clause.i
    top = clause_tokens(clause, start) | _antecedent_tokens(clause)
    yield from _rows(kind, token, top, actions, agent, outcome, reporting_verb(clause))


def negate(cue: Cue, negated: bool) -> tuple[str, str] | None:
    """Firmness and polarity of a cue, negated or not; None where the negation leaves no commitment.

    "does not plan to" is a refusal, "did not rule out" leaves the door open, "did not agree" commits nobody.
    """
    if not negated:
        return cue.firmness, cue.polarity
    if cue.polarity == "refrain":
        return "considering", "do"
    return ("intended", "refrain") if cue.firmness in {"willing", "intended"} else None


def complement(token: Token, cue: Cue, lexicon: CommitmentLexicon) -> list[Token]:
    """The actions that a cue takes in this frame: verbs, or the noun of the deed."""
    if cue.frame == "inf":
        verb = _infinitive_after(token)
        if verb is None or lexicon.governs("speech", verb.lemma_) or (token.lemma_ == "be" and not _is_to(token, verb)):
            return []
        between = child(token, "dobj")
        return [] if cue.pos == "verb" and between is not None and between.i < verb.i else distinct_actions(verb)
    if cue.frame == "obj_inf":
        verb = next((c for c in token.children if c.dep_ in {"xcomp", "ccomp", "advcl"} and is_infinitive(c)), None)
        return distinct_actions(verb) if verb is not None else []
    if cue.frame == "ger":
        verb = next(
            (
                c
                for c in token.children
                if c.dep_ in {"xcomp", "ccomp", "dobj", "advcl"} and c.tag_ == "VBG" and c.i > token.i
            ),
            None,
        )
        return distinct_actions(verb) if verb is not None else []
    if cue.frame == "np":
        noun = child(token, "dobj")
        return [noun] if noun is not None and fits(noun, cue.objects, lexicon) else []
    if cue.frame.startswith("prep:"):
        return _prepositional(token, cue, lexicon)
    return []


def _is_to(be: Token, verb: Token) -> bool:
    """The plan "is to meet", not "was important to meet" or "are here to help"."""
    between = be.doc[be.i + 1 : verb.i]
    return all(
        t.tag_ == "TO" or t.dep_ == "neg" or (t.pos_ == "ADV" and t.head == verb) or t.lower_ == "also" for t in between
    )


def _infinitive_after(token: Token) -> Token | None:
    """The infinitive of a cue: its child, or the one right behind its phrase where the parser hung it higher."""
    for part in token.children:
        if part.i > token.i and part.dep_ in CLAUSES and is_infinitive(part) and child(part, *SUBJECTS) is None:
            return part
    after = token.right_edge.i + 1
    if token.pos_ == "NOUN" and after < len(token.doc) and token.doc[after].tag_ == "TO":
        verb = token.doc[after].head
        return verb if verb.i > after and is_infinitive(verb) else None
    return None


def _prepositional(token: Token, cue: Cue, lexicon: CommitmentLexicon) -> list[Token]:
    wanted = cue.frame.removeprefix("prep:")
    for prep in [c for c in token.children if c.i > token.i] + [t for t in _next(token) if t.dep_ == "prep"]:
        if prep.lower_ != wanted:
            continue
        if verb := next((c for c in prep.children if c.dep_ == "pcomp" and c.tag_ == "VBG"), None):
            return distinct_actions(verb)
        noun = child(prep, "pobj")
        if noun is not None and cue.objects != "ger" and fits(noun, cue.objects, lexicon):
            return [noun]
    return []


def _next(token: Token) -> list[Token]:
    return [token.doc[token.i + 1]] if token.i + 1 < len(token.doc) else []


def fits(noun: Token, objects: str, lexicon: CommitmentLexicon) -> bool:
    """Whether the noun is of the class that the cue wants; a head such as "number of" is looked through."""
    if objects == "any":
        return True
    return any(objects in lexicon.object_classes.get(n.lemma_.lower(), ()) for n in (noun, *_inner(noun)))


def _inner(noun: Token) -> list[Token]:
    """What is counted or measured: "a number of deals", "$225 million in assistance"."""
    return [c for prep in noun.children if prep.lower_ in {"of", "in"} for c in prep.children if c.dep_ == "pobj"]


def _noun(noun: Token, lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    """Nominal commitments: their owner promises, or the subject of the verb that affirms them."""
    cues = lexicon.frames("noun", noun.lemma_)
    for cue in cues:
        actions = complement(noun, cue, lexicon) or _predicated(noun, cue)
        if actions:
            yield from _nominal(noun, cue, actions, lexicon)
            return


def _predicated(noun: Token, cue: Cue) -> list[Token]:
    """ "Our aim is to begin …"."""
    if cue.frame != "inf" or noun.dep_ != "nsubj" or noun.head.lemma_ != "be":
        return []
    verb = child(noun.head, "xcomp")
    return distinct_actions(verb) if verb is not None and is_infinitive(verb) else []


def _nominal(noun: Token, cue: Cue, actions: list[Token], lexicon: CommitmentLexicon) -> Iterator[Candidate]:
    head = noun
    while head.dep_ in {"conj", "appos"}:
        head = head.head
    governor = head.head
    owner = possessor(noun) or possessor(head)
    outcome = negate(cue, any(c.lower_ == "no" for c in noun.children))
    passive = head.dep_ == "nsubjpass"
    direct = head.dep_ in {"dobj", "attr"} or passive
    affirmed = direct and lexicon.governs("affirm", governor.lemma_)
    mentioned = lexicon.governs("mention", governor.lemma_) and (direct or head.dep_ == "pobj")
    there = governor.lemma_ == "be" and child(governor, "expl") is not None
    if outcome is None or lexicon.governs("gratitude", governor.lemma_) or is_hypothetical(noun):
        return
    if governor.pos_ in {"VERB", "AUX"} and (is_unasserted(governor, lexicon) or modal_of(governor) is not None):
        return
    if cue.phrase in {"support", "interest", "offer"} and not affirmed:
        return
    if affirmed or (mentioned and direct):
        agent = owner or (None if passive else subject_of(governor))
        tokens = _subtree(noun) | (set() if owner else {governor.i}) | _tail(noun, governor)
        if is_negated(governor):
            outcome = negate(cue, True)
    elif there:
        agent, tokens = owner, {t.i for t in governor.subtree if t.i >= governor.left_edge.i}
    elif owner is not None:
        agent, tokens = owner, _subtree(noun)
    else:
        return
    if outcome is None or (agent is not None and not can_promise(agent, lexicon) and agent.tag_ != "PRP$"):
        return
    if actions[0].head == governor and governor.lemma_ == "be":
        tokens = _subtree(governor)
    for action in actions:
        tokens |= _subtree(action)
    if noun != head:
        tokens -= {i for i in _subtree(head) if i < noun.left_edge.i}
    for descendant in noun.subtree:
        if descendant != noun and (
            _left_out(descendant, noun) or (descendant.dep_ in {"conj", "cc"} and descendant.head == noun)
        ):
            tokens -= _subtree(descendant)
    report = governor if governor.pos_ == "VERB" else None
    for row in _rows("noun", noun, tokens, actions, agent, outcome, report):
        row.marks |= {"affirmed"} if affirmed else {"mentioned"} if mentioned else {"owned"}
        yield row


def _tail(noun: Token, governor: Token) -> set[int]:
    """What the parser hung from the verb behind the noun: ways, times and purposes of the deed."""
    tail: set[int] = set()
    for part in governor.rights:
        stray = part.dep_ == "conj" and part.tag_ == "VB" and governor.tag_ in TENSED
        if part.i > noun.i and not _left_out(part, governor):
            if part.dep_ in {"prep", "npadvmod"} or (part.dep_ in {"advcl", "xcomp"} and is_infinitive(part)) or stray:
                tail |= _subtree(part)
    return tail


def possessor(noun: Token) -> Token | None:
    """Whose commitment it is: "its", "Israel's", "U.S.", "the readiness of the EU"."""
    if owner := child(noun, "poss"):
        return owner
    for modifier in noun.children:
        if (
            modifier.dep_ in {"compound", "nmod", "amod"}
            and modifier.ent_type_ in {"GPE", "ORG", "NORP"}
            and modifier.i < noun.i
        ):
            return modifier
        if modifier.dep_ == "compound" and modifier.lemma_ == "government":
            return modifier
    of = next((c for c in noun.children if c.lower_ in {"of", "by"} and c.dep_ == "prep"), None)
    owner = child(of, "pobj") if of is not None else None
    return next(iter(_inner(owner)), owner) if owner is not None else None


# -- one row an action ------------------------------------------------------------------------------------------------


def _without_nested(candidates: list[Candidate]) -> list[Candidate]:
    """Drop what another candidate already says: a cue inside its complement, without a clause of its own between."""
    kept = []
    for inner in candidates:
        outer = (c for c in candidates if c is not inner and c.trigger != inner.trigger and inner.trigger.i in c.tokens)
        if not any(_contains(c, inner) for c in outer):
            kept.append(inner)
    return kept


def _contains(outer: Candidate, inner: Candidate) -> bool:
    if not (
        inner.tokens <= outer.tokens
        or inner.trigger in (outer.action,)
        or len(inner.tokens & outer.tokens) > len(inner.tokens) / 2
    ):
        return False
    token = inner.trigger
    while token != outer.trigger and token.head != token:
        if token.pos_ in {"VERB", "AUX"} and child(token, *SUBJECTS) is not None and token != outer.action:
            return False
        token = token.head
    return token == outer.trigger
