"""What commitments ask of a dependency parse: subjects, tense, negation, what a clause stands under, and its words.

Labels are those of spaCy's English models (ClearNLP). Attachments that its parser gets wrong again and again (a
repeated "to", a bare infinitive hung from a tensed verb) are put right here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Span, Token

from pipelines.extraction.commitment_cues import CommitmentLexicon

SUBJECTS = frozenset({"nsubj", "nsubjpass"})
TENSED = frozenset({"VBD", "VBZ", "VBP"})
CLAUSES = frozenset({"xcomp", "ccomp", "acl", "relcl", "advcl"})
FIRST_PERSON = frozenset({"i", "we"})
CONDITIONAL_MARKS = frozenset({"if", "unless", "whether", "provided", "lest"})
_PEOPLE_PRONOUNS = frozenset({"i", "we", "he", "she", "they", "who", "both", "it"})
_ACTING_ENTITIES = frozenset({"PERSON", "GPE", "ORG", "NORP", ""})
_SEEMING = frozenset({"appear", "seem"})
_ASPECTUAL = frozenset({"continue", "begin", "start", "keep", "go"})
_STEPS = frozenset({"step", "measure"})
_SIDE_MARKS = frozenset(
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
_COMPLEMENTS = frozenset({"prep", "xcomp", "ccomp", "dative", "agent", "oprd", "attr", "acomp"})


def child(token: Token, *deps: str) -> Token | None:
    """The first child with one of these labels."""
    return next((c for c in token.children if c.dep_ in deps), None)


def subtree(token: Token) -> set[int]:
    """The positions of a token and of all that hangs from it."""
    return {t.i for t in token.subtree}


def phrase(head: Token) -> Span:
    """The noun phrase of a head, up to a coordination, a relative clause or an apposition."""
    if head.pos_ == "PRON":
        return head.doc[head.i : head.i + 1]
    end = head.i + 1
    if head.dep_ != "poss":
        for part in head.rights:
            if part.dep_ not in {"prep", "compound", "nmod", "case"} or part.left_edge.i != end:
                break
            end = part.right_edge.i + 1
    return head.doc[head.left_edge.i : end]


# -- verbs ------------------------------------------------------------------------------------------------------------


def subject_of(verb: Token) -> Token | None:
    """The subject, looked for through coordination, raising and participial clauses; relative pronouns resolve.

    A tensed verb that hangs as a conjunct from an untensed one is coordinated further up: the parser attached it low.
    """
    tensed = verb.tag_ in TENSED
    if misread := misread_subject(verb) or _subject_behind_heading(verb):
        return misread
    while True:
        found = _nearest_subject(verb)
        if found is not None and not (tensed and verb.tag_ == "VB"):
            return _antecedent(found, verb) if found.tag_ in {"WDT", "WP"} else found
        climbs = verb.dep_ in {"conj", "xcomp", "advcl"} or (tensed and verb.tag_ not in TENSED)
        if verb.head == verb or not climbs or verb.head.pos_ not in {"VERB", "AUX", "NOUN", "ADP"}:
            return None
        verb = verb.head


def _nearest_subject(verb: Token) -> Token | None:
    """The subject child next to the verb: "the President, Ann Lee, signed" may have two."""
    return next((c for c in reversed(list(verb.children)) if c.dep_ in SUBJECTS), None)


def misread_subject(verb: Token) -> Token | None:
    """The subject that the parser took for one more object: "will host the meeting and the EU will chair the talks"."""
    modal = next((c for c in verb.children if c.tag_ == "MD"), None)
    if verb.dep_ != "conj" or modal is None or modal.i == 0 or child(verb, *SUBJECTS) is not None:
        return None
    noun = verb.doc[modal.i - 1]
    while (
        noun.dep_ in {"compound", "pobj", "prep", "amod"}
        and noun.head.right_edge.i < modal.i
        and noun.head.i > verb.head.i
    ):
        noun = noun.head
    before = noun.left_edge.i - 1
    coordinate = noun.dep_ == "conj" and noun.pos_ in {"NOUN", "PROPN"} and noun.i > verb.head.i
    return noun if coordinate and noun.doc[before].dep_ == "cc" else None


def _subject_behind_heading(verb: Token) -> Token | None:
    """The subject where the parser took a heading for it: "A NEW PACT: Today, Kenya signed …"."""
    found = child(verb, *SUBJECTS)
    end = heading_end(verb)
    if found is None or found.i > end:
        return None
    names = (t for t in verb.doc[end + 1 : verb.i] if t.pos_ == "PROPN" and t.ent_type_ in {"PERSON", "GPE", "ORG"})
    return next((t for t in names if t.dep_ not in {"compound", "pobj", "poss", "nmod", "amod"}), None)


def _antecedent(pronoun: Token, verb: Token) -> Token:
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
    """Whether "to" stands with the verb."""
    return any(c.tag_ == "TO" for c in verb.children)


def is_passive(verb: Token) -> bool:
    """Whether the verb has a passive auxiliary."""
    return child(verb, "auxpass") is not None


def is_negated(verb: Token) -> bool:
    """Whether not or never stands with the verb."""
    return any(c.dep_ == "neg" or c.lower_ in {"never", "neither"} for c in verb.children)


def is_finite(verb: Token) -> bool:
    """Whether the verb itself is told of as a fact: tensed, perfect, progressive or passive with its auxiliary."""
    if verb.tag_ in TENSED or any(c.dep_ in {"aux", "auxpass"} and c.tag_ in TENSED for c in verb.children):
        return True
    if verb.dep_ == "xcomp" and verb.tag_ == "VBG" and verb.head.lemma_ in _SEEMING:
        return is_finite(verb.head)
    return verb.dep_ == "conj" and verb.tag_ in {"VBN", "VBG"} and is_finite(verb.head)


def by_whom(verb: Token) -> Token | None:
    """Who does what a passive verb says."""
    by = child(verb, "agent")
    return child(by, "pobj") if by is not None else None


def deed_of(verb: Token) -> Token:
    """The deed itself in "continue to share" and "take steps to lift"; a noun ("continue contacts") leaves the verb."""
    if verb.lemma_ == "take" and (steps := child(verb, "dobj")) is not None and steps.lemma_ in _STEPS:
        aims = (c for c in (*steps.rights, *verb.rights) if c.dep_ in CLAUSES and is_infinitive(c))
        return next(aims, verb)
    inner = child(verb, "xcomp") if verb.lemma_ in _ASPECTUAL else None
    return inner if inner is not None and inner.pos_ == "VERB" else verb


# -- what a clause stands under ---------------------------------------------------------------------------------------


def clause_path(verb: Token) -> Iterator[tuple[str, Token, Token]]:
    """The way up from a verb: (label, the clause's verb, what it hangs from), conjuncts standing for their head."""
    while verb.head != verb:
        if verb.dep_ != "conj":
            yield verb.dep_, verb, verb.head
        verb = verb.head


def reporting_word(verb: Token) -> Token | None:
    """The word whose complement the clause is: said in "said that it will pay"."""
    for dep, _, head in clause_path(verb):
        if dep in {"ccomp", "acl", "pcomp"}:
            return head
        if dep in {"relcl", "advcl"}:
            return None
    return None


def is_hypothetical(token: Token) -> bool:
    """In a question, an if-clause or an embedded question, however deep."""
    if _is_question(token):
        return True
    for dep, clause, _ in clause_path(token):
        marks = (c.lower_ for c in clause.children if c.dep_ in {"mark", "advmod"})
        if dep in {"advcl", "ccomp", "pcomp"} and any(mark in CONDITIONAL_MARKS for mark in marks):
            return True
        if dep in {"ccomp", "pcomp", "csubj"} and _asks_how(clause):
            return True
    return False


def has_condition(verb: Token) -> bool:
    """Whether an if-clause hangs from the verb."""
    clauses = (c for c in verb.children if c.dep_ == "advcl")
    return any(m.dep_ in {"mark", "advmod"} and m.lower_ in CONDITIONAL_MARKS for c in clauses for m in c.children)


def _is_question(token: Token) -> bool:
    doc, sentence = token.doc, token.sent
    backwards = (doc[i] for i in range(sentence.end - 1, sentence.start - 1, -1))
    last = next((t for t in backwards if not t.is_space and not t.is_quote), token)
    return last.text == "?"


def _asks_how(verb: Token) -> bool:
    first = verb.left_edge
    return first.tag_ in {"WRB", "WP"} and first.dep_ not in SUBJECTS and first.lower_ not in {"when", "once", "why"}


def is_unasserted(verb: Token, lexicon: CommitmentLexicon) -> bool:
    """Under a negated report, a hope or expectation of others, a proposal ("suggested that they meet in May"), or (for
    an infinitive) a request."""
    for dep, clause, head in clause_path(verb):
        if dep == "relcl":
            return False
        if dep not in {"ccomp", "xcomp", "acl", "pcomp"}:
            continue
        hoped = lexicon.governs("expectation", head) or _expresses_hope(head, lexicon)
        if hoped and not _speaks_of_self(clause):
            return True
        if dep == "ccomp" and not hoped and (is_negated(head) or lexicon.governs("denial", head)):
            return True
        if dep == "xcomp" and lexicon.governs("request", head) and child(head, "dobj") is not None:
            return True
        if dep == "ccomp" and _is_plain(clause) and lexicon.governs("proposal", head):
            return True
    return False


def _is_plain(verb: Token) -> bool:
    """Whether the verb may be a subjunctive, which has no form of its own."""
    return verb.tag_ in {"VB", "VBP"} and modal_of(verb) is None


def _expresses_hope(verb: Token, lexicon: CommitmentLexicon) -> bool:
    """ "Hope was expressed that …", "voiced confidence that …"."""
    noun = child(verb, "dobj", "nsubjpass")
    return noun is not None and lexicon.governs("expectation", noun)


def _speaks_of_self(clause: Token) -> bool:
    subject = subject_of(clause)
    return subject is not None and subject.lower_ in FIRST_PERSON


def can_promise(agent: Token | None, lexicon: CommitmentLexicon) -> bool:
    """Whether the word stands for somebody with a will: a person, a country, an office, an institution.

    "A government", "any country": nobody in particular; "the Agreement": whoever made it.
    """
    if agent is None or "instrument" in lexicon.object_classes.get(agent.lemma_.lower(), ()):
        return False
    if agent.pos_ == "PRON":
        return agent.lower_ in _PEOPLE_PRONOUNS
    if agent.pos_ == "PROPN":
        return agent.ent_type_ in _ACTING_ENTITIES
    if _is_named_elsewhere(agent):
        return True
    named = any(c.pos_ == "PROPN" for c in agent.lefts)
    if not named and any(c.lower_ in {"a", "an", "any"} for c in agent.lefts):
        return False
    return agent.ent_type_ in _ACTING_ENTITIES - {""} or agent.lemma_.lower() in lexicon.actors


def _is_named_elsewhere(noun: Token) -> bool:
    """A name that is a word too, which the tagger took for the word: "Trump will …" where others say Donald Trump."""
    return noun.is_title and any(t.ent_type_ == "PERSON" and t.text == noun.text for t in noun.doc)


# -- coordinated actions ----------------------------------------------------------------------------------------------


def distinct_actions(first: Token) -> list[Token]:
    """The verbs of a coordination that are actions of their own, in the order of the text.

    "hold Russia to account and ensure …" are two; "interact and maintain contacts" share their object and are one;
    what is done to the subject needs no object ("will not be moved or sold").
    """
    actions, last = [first], first
    passive = is_passive(first)
    for verb in coordinated(first):
        if passive or any(_completes(c) for c in last.children if c.i < verb.i):
            actions.append(verb)
        last = verb
    return actions


def _completes(part: Token) -> bool:
    return part.dep_ == "dobj" or (part.dep_ in _COMPLEMENTS and len(subtree(part)) > 1)


def coordinated(first: Token) -> list[Token]:
    """The verbs coordinated with a verb, however low the parser hung them."""
    wants_to = is_infinitive(first)
    found: list[Token] = []
    for token in (first.head if wants_to else first).subtree:
        if token.i <= first.i or token.tag_ not in _alike(first):
            continue
        has_to = is_infinitive(token)
        if child(token, *SUBJECTS) is not None or (child(token, "aux") is not None and not has_to):
            continue
        if wants_to and has_to and (repeats_to(token) or _is_listed(token)):
            found.append(token)
        elif token.dep_ == "conj" and (wants_to or not has_to):
            strayed = token.tag_ == "VB" and token.head.tag_ in TENSED
            found += [token] if strayed or token.head in (first, *found) else []
    return found


def _alike(verb: Token) -> frozenset[str]:
    """The tags a verb's conjuncts have; the tagger takes bare participles for past tenses."""
    return frozenset({"VBN", "VBD"}) if verb.tag_ == "VBN" else frozenset({verb.tag_})


def _to(verb: Token) -> Token:
    return next(c for c in verb.children if c.tag_ == "TO")


def repeats_to(verb: Token) -> bool:
    """ "… and to continue": a repeated "to" takes up the first infinitive."""
    to = _to(verb)
    return to.i > 0 and to.doc[to.i - 1].lower_ in {"and", "or"}


def _is_listed(verb: Token) -> bool:
    """ "…, to speed up …, and to begin …": the middle of a list of infinitives."""
    to = _to(verb)
    ends = (c for c in verb.children if c.dep_ == "conj" and is_infinitive(c))
    before = to.doc[to.i - 1].text if to.i > 0 else ""
    return before == ";" or (before == "," and any(repeats_to(c) for c in ends))


# -- the words of a clause --------------------------------------------------------------------------------------------


def clause_tokens(top: Token, start: int, conjuncts: Iterable[Token] = ()) -> set[int]:
    """The tokens of a clause: its verb's subtree without coordinated clauses, asides and linking words in front.

    `start` is where the subject begins: what stands before it only links. `conjuncts` stay in.
    """
    stay = set(conjuncts)
    heading = heading_end(top)
    kept = {i for i in without_asides(top) if i > heading}
    for part in top.children:
        coordinate = part.i > top.i and ((part.dep_ == "conj" and part not in stay) or (part.dep_ == "cc" and not stay))
        if coordinate:
            kept -= subtree(part)
        elif _leads(part, start):
            kept -= {i for i in subtree(part) if i < start}
        if part.dep_ == "conj" and (misread := misread_subject(part)) is not None:
            kept -= subtree(misread) | {misread.left_edge.i - 1}
    return kept


def heading_end(top: Token) -> int:
    """Where a heading or a speaker's name before the clause ends ("PARTNERSHIP: Under …", "Joe Biden: We will …")."""
    doc = top.doc
    return next((i for i in range(top.i - 1, top.sent.start - 1, -1) if doc[i].text == ":"), -1)


def without_asides(top: Token) -> set[int]:
    """The subtree of a word without what a comma sets apart behind it as another matter."""
    kept = subtree(top)
    for descendant in top.subtree:
        if descendant != top and is_aside(descendant, top):
            kept -= subtree(descendant)
    return kept


def is_aside(token: Token, top: Token) -> bool:
    """ "…, which will cost", "…, prompting objections", "…, an offer made last week", "…, two days after …"."""
    if token.dep_ == "parataxis":
        return True
    first = token.left_edge
    if token.i < top.i or first.i == 0 or first.doc[first.i - 1].text != ",":
        return False
    marks = {c.lower_ for c in token.children if c.dep_ in {"mark", "prep", "advmod"}} | {token.lower_}
    if token.dep_ == "advcl":
        return bool(marks & _SIDE_MARKS) or (token.tag_ == "VBG" and first == token)
    if token.dep_ in {"prep", "npadvmod"}:
        return bool(marks & _SIDE_MARKS)
    return token.dep_ == "relcl" or (token.dep_ == "appos" and token.pos_ in {"NOUN", "PRON"})


def _leads(token: Token, start: int) -> bool:
    """A fronted adjunct that only links the sentence to the one before."""
    if token.i >= start or token.dep_ in SUBJECTS or token.dep_ in {"aux", "auxpass", "neg", "expl"}:
        return False
    if token.dep_ == "advcl":
        marks = {c.lower_ for c in token.children}
        return not (marks & CONDITIONAL_MARKS or (marks & {"when", "once"} and token.tag_ != "VBD"))
    if token.dep_ == "prep":
        return not any(t.ent_type_ in {"DATE", "TIME"} for t in token.subtree)
    return token.dep_ in {"mark", "cc", "punct", "ccomp", "intj", "advmod", "dep"}


def to_spans(doc: Doc, tokens: Iterable[int]) -> list[tuple[int, int]]:
    """Character spans of a set of tokens: runs that only punctuation parts are one, loose ends are cut."""
    runs: list[list[int]] = []
    for i in sorted(tokens):
        if runs and all(doc[j].is_punct or doc[j].is_space for j in range(runs[-1][-1] + 1, i)):
            runs[-1].append(i)
        else:
            runs.append([i])
    trimmed = (_trim(doc, run) for run in runs)
    return [(doc[run[0]].idx, doc[run[-1]].idx + len(doc[run[-1]])) for run in trimmed if run]


def _trim(doc: Doc, run: list[int]) -> list[int]:
    while run and _is_loose(doc[run[0]]) and not doc[run[0]].is_quote:
        run = run[1:]
    while run and _is_loose(doc[run[-1]]) and doc[run[-1]].text not in {")", "]"}:
        run = run[:-1]
    return run if any(not doc[i].is_punct for i in run) else []


def _is_loose(token: Token) -> bool:
    return token.is_punct or token.is_space or token.dep_ == "cc"
