"""Candidate attributions: every (cue, source, content) that the parse and the quotation marks make possible.

Generous on purpose: which of them are attributions is for the scorer to say. The frames follow how English
reports speech (Pareti 2015; Newell et al. 2018): complements of nouns and adjectives here, those of verbs in
`verb_frames`; "according to"; turns of a transcript; signed quotations.

Positions are token indexes of one `Doc`; characters come back in when a candidate has won.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from spacy.tokens import Token

from pipelines.extraction.contents import Candidate, content_runs
from pipelines.extraction.layout import Layout, TokenRange, trim
from pipelines.extraction.syntax import OFFICES, source_of, subject_of, subtree
from pipelines.extraction.verb_frames import VerbFrames

_NAMES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
_BY = frozenset({"by", "of", "from"})
_ABOUT = frozenset({"for", "on", "about", "over", "to", "of", "against", "with", "in"})
_IN_TITLES = frozenset({"of", "the", "and", "de", "bin", "al"})
_DASHES = frozenset({"-", "–", "—", "--", "―"})
_SENTENCE_ENDS = frozenset({".", "!", "?", "…", ")", '"', "”", "*", ">"})
_COLONS = frozenset({":", "):"})
"""The tokenizer takes the second for a face."""
QUESTIONS = frozenset({"q", "question", "questions"})
"""Questions put by reporters are no statements (codebook)."""
_SHORT_TITLES = frozenset({"mr", "ms", "mrs", "dr", "gen", "sen", "rep", "gov", "amb", "adm", "lt", "col"})
_TURN_NAME = 12
"""Tokens in which the name that opens a turn must end."""
_SIGNATURE = 14


def find_candidates(layout: Layout, cue_words: frozenset[str], likely: Sequence[bool]) -> list[Candidate]:
    """All candidates of a document whose cue is `likely`, told of each token.

    `cue_words` are the lemmas of nouns and adjectives that may be cues.
    """
    out: list[Candidate] = []
    for token in layout.doc:
        if not likely[token.i]:
            continue
        if token.lower_ == "according":
            out.extend(_according_to(layout, token))
        elif token.pos_ == "VERB" or (token.pos_ == "AUX" and token.lemma_.lower() in cue_words):
            out.extend(VerbFrames(layout, token).candidates())
        elif token.pos_ in {"NOUN", "PROPN", "ADJ"} and token.lemma_.lower() in cue_words:
            out.extend(_of_adjective(layout, token) if token.pos_ == "ADJ" else _of_noun(layout, token))
    out.extend(_turns(layout))
    return [candidate for candidate in out if candidate.content]


def _of_noun(layout: Layout, noun: Token) -> Iterator[Candidate]:
    """ "The minister's call for talks", "a pledge by the EU to …"."""
    owner = owner_of(noun)
    source = source_of(owner)
    for child in noun.rights:
        if child.dep_ in {"acl", "ccomp"}:
            yield _candidate(layout, f"noun_{child.dep_}", noun, source, subtree(child))
        elif child.dep_ == "prep" and child.lower_ in _ABOUT:
            inner = _object(child)
            if inner is not None and (owner is None or inner.i != owner.i):
                yield _candidate(layout, f"noun_{child.lower_}", noun, source, subtree(inner))


def owner_of(noun: Token) -> Token | None:
    """Whose a noun such as "call" or "pledge" is: its possessor's, a name's after "by", else of who makes or has it."""
    for child in noun.lefts:
        if child.dep_ == "poss":
            return child
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ in _BY:
            for inner in child.children:
                if inner.dep_ == "pobj" and inner.ent_type_ in _NAMES:
                    return inner
    return subject_of(noun.head) if noun.dep_ in {"dobj", "attr"} else None


def _of_adjective(layout: Layout, adjective: Token) -> Iterator[Candidate]:
    """ "Is confident that …", "was concerned about …"."""
    predicative = adjective.dep_ in {"acomp", "conj", "oprd", "xcomp"}
    source = source_of(subject_of(adjective.head)) if predicative else None
    for child in adjective.rights:
        if child.dep_ in {"ccomp", "xcomp"}:
            yield _candidate(layout, f"adj_{child.dep_}", adjective, source, subtree(child))
        elif child.dep_ == "prep":
            inner = _object(child)
            if inner is not None:
                yield _candidate(layout, f"adj_{child.lower_}", adjective, source, subtree(inner))


def _object(preposition: Token) -> Token | None:
    return next((child for child in preposition.children if child.dep_ in {"pobj", "pcomp"}), None)


def _candidate(layout: Layout, frame: str, cue: Token, source: TokenRange | None, content: TokenRange) -> Candidate:
    cue_range = (cue.i, cue.i + 1)
    return Candidate(frame, cue.i, cue_range, source, content_runs(layout, (content,), source, cue_range))


def _according_to(layout: Layout, token: Token) -> Iterator[Candidate]:
    """ "According to X, …": the rest of the sentence, or of the clause that it stands in."""
    doc = layout.doc
    to = next((child for child in token.children if child.lower_ == "to"), None)
    if to is None and token.i + 1 < len(doc) and doc[token.i + 1].lower_ == "to":
        to = doc[token.i + 1]
    inner = None if to is None else _object(to) or next((c for c in token.children if c.dep_ == "pobj"), None)
    if to is None or inner is None:
        return
    sentence = layout.sentence[token.i]
    source, cue = _source_according_to(layout, token, to, inner), (token.i, to.i + 1)
    if source[0] == source[1]:  # nothing but marks
        return
    whole = content_runs(layout, [(sentence[0], token.i), (source[1], sentence[1])], source, cue)
    yield Candidate("according", token.i, cue, source, whole)
    head = token.head
    while head.dep_ not in {"ROOT", "ccomp", "conj", "relcl", "advcl"} and head.head.i != head.i:
        head = head.head
    clause = subtree(head)
    if clause != sentence:
        part = content_runs(layout, [(clause[0], token.i), (source[1], clause[1])], source, cue)
        yield Candidate("according_clause", token.i, cue, source, part)


def _source_according_to(layout: Layout, token: Token, to: Token, inner: Token) -> TokenRange:
    """Who is named after "according to".

    A verb that is left without a subject shows that the parser took its subject for an apposition of the name
    ("According to Lind, cases in court take years"): then the name ends at its comma.
    """
    doc, last = layout.doc, layout.sentence[token.i][1]
    end = inner.right_edge.i + 1
    while end < last and doc[end].head.i in {token.i, to.i, inner.i} and not doc[end].is_punct:
        end = doc[end].right_edge.i + 1
    verb = token.head
    if verb.pos_ in {"VERB", "AUX"} and verb.i >= end and not any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.lefts):
        end = next((i for i in range(inner.i + 1, end) if doc[i].text == ","), end)
    return trim(doc, inner.left_edge.i, end)


def _turns(layout: Layout) -> Iterator[Candidate]:
    """Turns of a transcript ("PRESIDENT BIDEN: …") and signed quotations ("…" – Name), paragraph by paragraph."""
    turns: list[Candidate] = []
    start = 0
    while start < len(layout.doc):
        end = start
        while end < len(layout.doc) and layout.paragraph[end] == layout.paragraph[start]:
            end += 1
        turns.extend(_turns_of_paragraph(layout, start, end))
        yield from _signed(layout, start, end)
        start = end
    names = Counter(_name_of(layout, turn) for turn in turns)
    for turn in turns:
        if names[_name_of(layout, turn)] > 1 or _is_person(layout, turn):
            yield turn


def _name_of(layout: Layout, turn: Candidate) -> str:
    return layout.doc[slice(*turn.source)].text if turn.source else ""


def _is_person(layout: Layout, turn: Candidate) -> bool:
    """A heading ("SEALING THE BORDER: …") has the form of a turn, but names nobody."""
    name = layout.doc[slice(*turn.source)] if turn.source else ()
    titles = OFFICES | _SHORT_TITLES
    return any(token.ent_type_ == "PERSON" or token.lower_.rstrip(".") in titles for token in name)


def _turns_of_paragraph(layout: Layout, start: int, end: int) -> Iterator[Candidate]:
    """Each turn reaches to the next one: some transcripts come with their line breaks lost."""
    openings = []
    for colon in range(start + 1, end):
        if layout.doc[colon].text in _COLONS and not layout.quoted(colon):
            name = _name_before(layout, start, colon)
            if name is not None:
                openings.append((name, colon))
    for number, (name, colon) in enumerate(openings):
        stop = openings[number + 1][0] if number + 1 < len(openings) else end
        said = trim(layout.doc, colon + 1, stop)
        if said[1] - said[0] > 2:
            yield Candidate("turn", None, (colon, colon + 1), (name, colon), (said,))


def _name_before(layout: Layout, start: int, colon: int) -> int | None:
    """Where the name starts that stands right before a colon, at the start of a paragraph or after a sentence's end."""
    doc, first = layout.doc, colon
    if doc[colon].text != ":" or doc[colon - 1].text == ")":  # "(retranslated)"
        first = next((i for i in range(colon - 1, max(start, colon - _TURN_NAME), -1) if doc[i].text == "("), first)
    while first > start and colon - first < _TURN_NAME and _goes_on(doc[first - 1]):
        first -= 1
    opens = first == start or doc[first - 1].is_space or doc[first - 1].text in _SENTENCE_ENDS
    named = any(token.is_title or (token.is_upper and len(token) > 1) for token in doc[first:colon])
    return first if opens and named and doc[first:colon].text.lower() not in QUESTIONS else None


def _goes_on(token: Token) -> bool:
    """Names with a hyphen in them, and abbreviated titles ("MS. LIND"), whose dot is no sentence's end."""
    if token.text == ".":
        return token.i > 0 and token.nbor(-1).lower_ in _SHORT_TITLES
    return token.text == "-" or _may_be_named(token)


def _may_be_named(token: Token) -> bool:
    """Names and titles are capitalised; a capitalised verb in small letters opens a heading, not a turn."""
    if token.is_upper or token.lower_ in _IN_TITLES:
        return True
    return token.is_title and token.pos_ not in {"VERB", "AUX"}


def _signed(layout: Layout, start: int, end: int) -> Iterator[Candidate]:
    doc = layout.doc
    if not layout.quoted(start):
        return
    run = layout.quotations[layout.inside[start]]
    tail = [token for token in doc[run[1] : end] if not token.is_space]
    if 2 <= len(tail) <= _SIGNATURE and tail[0].text in _DASHES and not any(token.pos_ == "VERB" for token in tail):
        yield Candidate("signed", None, (tail[0].i, tail[0].i + 1), (tail[1].i, tail[-1].i + 1), (run,))
