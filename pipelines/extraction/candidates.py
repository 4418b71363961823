"""Candidate attributions: every (cue, source, content) that the parse and the quotation marks make possible.

Generous on purpose: which of them are attributions is for the scorer to say. The frames follow how English
reports speech (Pareti 2015; Newell et al. 2018): complement clauses, infinitives, objects and prepositional
complements of verbs, nouns and adjectives; passives; quotations next to a cue; "according to"; turns of a transcript.

Positions here are token indexes of one `Doc`; characters come back in when a candidate has won.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from spacy.tokens import Doc, Token

from pipelines.extraction.quotations import Quotation, find_quotations

TokenRange = tuple[int, int]

_CLAUSES = frozenset({"ccomp", "xcomp"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_DOUBLE_MARKS = frozenset('“”"«»„')
_OFFICES = frozenset({"president", "minister", "chancellor", "secretary", "premier", "leader", "counterpart", "reporter", "journalist", "ambassador"})
"""Heads of phrases that are somebody one can speak to; whom they stand for is for the linking to say."""
_EDGE = frozenset(",;:.-–—…()[]?!")
_WHOLE_QUOTE = 0.6
"""A content that holds this share of a quotation's words in its sentence holds the whole quotation."""
_LONG_JUMP = 40
"""Tokens between a cue and a quotation in one sentence beyond which the two have nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible attribution. `cue` is the head token's index, `None` for turns of a transcript."""

    frame: str
    cue: int | None
    cue_range: TokenRange | None
    source: TokenRange | None
    content: tuple[TokenRange, ...]
    addressee: TokenRange | None = None


class Make(Protocol):
    """Builds a candidate of one cue: its frame, its content ranges and, where the frame tells, the addressee."""

    def __call__(
        self, frame: str, *content: TokenRange, cue_end: int | None = None, to: TokenRange | None = None
    ) -> Candidate: ...


class Both(Protocol):
    """Builds the candidates of one content: as parsed, and grown over what the parser lost."""

    def __call__(
        self, frame: str, content: TokenRange, cue_end: int | None = None, to: TokenRange | None = None
    ) -> Iterator[Candidate]: ...


@dataclass(slots=True)
class Layout:
    """What candidates need to know of a document beyond the parse: its quotations and paragraphs by token."""

    doc: Doc
    quotations: list[TokenRange] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    """for each token the index of its quotation, or -1"""
    paragraph: list[int] = field(default_factory=list)
    sentence: list[TokenRange] = field(default_factory=list)
    """for each token the range of its sentence"""

    @classmethod
    def of(cls, doc: Doc) -> Layout:
        layout = cls(doc, inside=[-1] * len(doc), paragraph=[0] * len(doc))
        starts = [token.idx for token in doc]
        for quotation in find_quotations(doc.text):
            run = _token_range(doc, starts, quotation)
            if run[1] > run[0]:
                layout.quotations.append(run)
                for i in range(*run):
                    layout.inside[i] = len(layout.quotations) - 1
        number = 0
        for token in doc:
            layout.paragraph[token.i] = number
            number += token.is_space and "\n" in token.text
        for sentence in doc.sents:
            layout.sentence.extend([(sentence.start, sentence.end)] * (sentence.end - sentence.start))
        return layout

    def quoted(self, i: int) -> bool:
        return self.inside[i] >= 0

    def wholly_quoted(self, sentence: TokenRange) -> bool:
        """True where every word of the sentence lies in quotations."""
        return all(self.inside[t.i] >= 0 or t.is_punct or t.is_space for t in self.doc[slice(*sentence)])


def _token_range(doc: Doc, starts: list[int], quotation: Quotation) -> TokenRange:
    first = bisect_left(starts, quotation.start)
    last = bisect_left(starts, quotation.end)
    while last > first and doc[last - 1].is_space:
        last -= 1
    return first, last


def find_candidates(layout: Layout, cue_words: frozenset[str]) -> list[Candidate]:
    """All candidates of a document, in text order. `cue_words` are lemmas; other words are no cues."""
    out: list[Candidate] = []
    for token in layout.doc:
        lemma = token.lemma_.lower()
        if lemma == "accord" or token.lower_ == "according":
            out.extend(_according_to(layout, token))
        elif lemma in cue_words or token.pos_ == "VERB":
            if token.pos_ in {"VERB", "AUX"}:
                out.extend(_of_verb(layout, token))
            elif token.pos_ in {"NOUN", "PROPN"} and lemma in cue_words:
                out.extend(_of_noun(layout, token))
            elif token.pos_ == "ADJ" and lemma in cue_words:
                out.extend(_of_adjective(layout, token))
    out.extend(_turns(layout))
    return [c for c in out if c.content]


# --- sources -------------------------------------------------------------------------------------------------


def _subtree(token: Token) -> TokenRange:
    return token.left_edge.i, token.right_edge.i + 1


def noun_phrase(token: Token) -> TokenRange:
    """The phrase headed by `token` without relative clauses and trailing adjuncts that are not names or titles."""
    start, end = token.left_edge.i, token.right_edge.i + 1
    for child in token.rights:
        if child.dep_ in {"relcl", "acl", "advcl", "ccomp"} or (child.dep_ == "prep" and child.lower_ not in {"of", "for", "at", "in", "from"}):
            end = min(end, child.left_edge.i)
            break
    return _trim(token.doc, start, end)


def subject_of(verb: Token) -> Token | None:
    """Who does what `verb` says: its subject, or that of the clause it hangs on."""
    seen: set[int] = set()
    while verb.i not in seen:
        seen.add(verb.i)
        for child in verb.children:
            if child.dep_ in {"nsubj", "nsubjpass"}:
                return child
        head = verb.head
        if verb.dep_ in {"conj", "xcomp", "advcl", "auxpass", "aux", "parataxis", "dep"} and head.i != verb.i:
            if head.pos_ in {"NOUN", "PROPN"} and verb.dep_ != "conj":
                return head
            verb = head
        elif verb.dep_ in {"acl", "relcl"} and head.pos_ in {"NOUN", "PROPN", "PRON"}:
            return head
        elif verb.dep_ in {"pcomp"} and head.head.i != head.i:
            verb = head.head
        else:
            return None
    return None


def _agent(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    return grandchild
    return None


def is_passive(verb: Token) -> bool:
    """True for passives with an auxiliary; participles after a noun ("steps announced by …") count too."""
    if any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children):
        return True
    return verb.tag_ == "VBN" and verb.dep_ == "acl"


# --- frames --------------------------------------------------------------------------------------------------


def _of_verb(layout: Layout, verb: Token) -> Iterator[Candidate]:
    passive = is_passive(verb)
    subject = subject_of(verb)
    agent = _agent(verb) if passive else None
    source_token = agent if passive else subject
    source = noun_phrase(source_token) if source_token is not None else None
    if source is not None and source[0] <= verb.i < source[1]:
        source = (source[0], verb.i) if source[0] < verb.i else None
    addressee = addressee_of(verb)

    def make(frame: str, *content: TokenRange, cue_end: int | None = None, to: TokenRange | None = None) -> Candidate:
        cue = _cue_range(verb, cue_end)
        runs = _clean_runs(layout, content, source, cue)
        return Candidate(("pass_" if passive else "") + frame, verb.i, cue, source, runs, to or addressee)

    def both(frame: str, content: TokenRange, cue_end: int | None = None, to: TokenRange | None = None) -> Iterator[Candidate]:
        """The content as parsed, and as it stands when the parser lost a coordinated part of it (frame `…>`)."""
        yield make(frame, content, cue_end=cue_end, to=to)
        limit = _limit(layout, verb, content)
        if limit > content[1] and content[0] > verb.i:
            yield make(frame + ">", (content[0], limit), cue_end=cue_end, to=to)

    complements = [c for c in verb.children if c.dep_ not in _SUBJECTS]
    for child in complements:
        side = "L" if child.i < verb.i else "R"
        if child.dep_ == "ccomp":
            yield from both(f"ccomp_{side}", _clause(layout, child, verb))
            infinitive = _infinitive(child)
            if infinitive is not None:
                own = next((c for c in child.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
                yield make("inf", infinitive, to=noun_phrase(own) if own is not None else None)
        elif child.dep_ == "xcomp":
            yield from both(f"xcomp_{side}", _subtree(child))
        elif child.dep_ in {"dobj", "attr", "oprd", "acomp"} and side == "R":
            yield from both(child.dep_, _subtree(child))
            rest = max((c.right_edge.i + 1 for c in complements if c.i > child.i and c.dep_ in {"prep", "xcomp", "ccomp", "oprd", "acl", "advcl", "dobj", "advmod"}), default=0)
            if rest > child.right_edge.i + 1:
                yield make(child.dep_ + "+", (child.left_edge.i, rest))
            if child.dep_ == "dobj":
                asked = next((c for c in child.rights if c.dep_ in {"acl", "relcl"} and _infinitive(c) is not None), None)
                if asked is not None:
                    yield make("inf", _infinitive(asked), to=noun_phrase(child))
                later = [c for c in complements if c.i > child.i and c.dep_ in _CLAUSES]
                if later:
                    yield make("dobj_clause", (later[0].left_edge.i, later[0].right_edge.i + 1), to=noun_phrase(child))
        elif child.dep_ in {"prep", "prt"} and side == "R":
            yield from _of_preposition(verb, child, both)
        elif child.dep_ in {"parataxis", "advcl", "dep", "intj"} and child.dep_ == "parataxis":
            yield make(f"parataxis_{side}", _subtree(child))
    if passive and subject is not None and subject.i < verb.i and subject.lower_ not in {"it", "who", "which", "that"}:
        yield make("subject", _subtree(subject))
        rest = [c for c in complements if c.i > verb.i and c.dep_ in {"prep", "xcomp", "ccomp", "oprd"}]
        if rest:
            yield make("subject+", _subtree(subject), (rest[0].left_edge.i, rest[-1].right_edge.i + 1))
    if verb.dep_ in {"parataxis", "ccomp", "advcl", "relcl"} or (verb.dep_ in {"ROOT", "conj"}):
        yield from _rest_of_sentence(layout, verb, source, make)
    yield from _quotation_beside(layout, verb, make)


def _of_preposition(verb: Token, child: Token, both: Both) -> Iterator[Candidate]:
    target = child
    if child.dep_ == "prt":
        return
    for grandchild in target.children:
        if grandchild.dep_ == "pobj":
            yield from both(f"prep_{target.lower_}", _subtree(grandchild), cue_end=target.i + 1 if target.i - verb.i <= 2 else None)
        elif grandchild.dep_ == "pcomp":
            yield from both(f"pcomp_{target.lower_}", _subtree(grandchild), cue_end=target.i + 1 if target.i - verb.i <= 2 else None)
        elif grandchild.dep_ == "prep":
            for deeper in grandchild.children:
                if deeper.dep_ == "pobj":
                    yield from both(f"prep_{target.lower_}_{grandchild.lower_}", _subtree(deeper))
    if target.lower_ == "as":
        yield from both("prep_as", _subtree(target))


def _of_noun(layout: Layout, noun: Token) -> Iterator[Candidate]:
    source_token = next((c for c in noun.children if c.dep_ == "poss"), None)
    if source_token is None:
        source_token = next((g for c in noun.children if c.dep_ == "prep" and c.lower_ in {"by", "of", "from"} for g in c.children if g.dep_ == "pobj" and (g.ent_type_ in {"PERSON", "ORG", "GPE", "NORP"})), None)
    if source_token is None and noun.dep_ in {"dobj", "attr"}:
        source_token = subject_of(noun.head)
    source = noun_phrase(source_token) if source_token is not None else None
    for child in noun.children:
        if child.i < noun.i:
            continue
        if child.dep_ in {"acl", "ccomp", "relcl"} and child.dep_ != "relcl":
            content = _subtree(child)
            frame = f"noun_{child.dep_}"
        elif child.dep_ == "prep" and child.lower_ in {"for", "on", "about", "over", "to", "of", "against", "with", "in", "that"}:
            inner = next((g for g in child.children if g.dep_ in {"pobj", "pcomp"}), None)
            if inner is None or (source_token is not None and inner.i == source_token.i):
                continue
            content, frame = _subtree(inner), f"noun_{child.lower_}"
        else:
            continue
        cue = (noun.i, noun.i + 1)
        yield Candidate(frame, noun.i, cue, source, _clean_runs(layout, (content,), source, cue))


def _of_adjective(layout: Layout, adjective: Token) -> Iterator[Candidate]:
    subject = subject_of(adjective.head) if adjective.dep_ in {"acomp", "conj", "oprd", "xcomp"} else None
    source = noun_phrase(subject) if subject is not None else None
    cue = (adjective.i, adjective.i + 1)
    for child in adjective.children:
        if child.i < adjective.i:
            continue
        if child.dep_ in {"ccomp", "xcomp"}:
            content, frame = _subtree(child), f"adj_{child.dep_}"
        elif child.dep_ == "prep":
            inner = next((g for g in child.children if g.dep_ in {"pobj", "pcomp"}), None)
            if inner is None:
                continue
            content, frame = _subtree(inner), f"adj_{child.lower_}"
        else:
            continue
        yield Candidate(frame, adjective.i, cue, source, _clean_runs(layout, (content,), source, cue))


def _according_to(layout: Layout, token: Token) -> Iterator[Candidate]:
    to = next((c for c in token.children if c.lower_ == "to"), None)
    if to is None and token.i + 1 < len(layout.doc) and layout.doc[token.i + 1].lower_ == "to":
        to = layout.doc[token.i + 1]
    if to is None:
        return
    inner = next((g for g in to.children if g.dep_ in {"pobj", "pcomp"}), None)
    if inner is None:
        inner = next((g for g in token.children if g.dep_ == "pobj"), None)
    if inner is None:
        return
    sentence = layout.sentence[token.i]
    end = inner.right_edge.i + 1
    while end < sentence[1] and layout.doc[end].head.i in {token.i, to.i, inner.i} and not layout.doc[end].is_punct:
        end = layout.doc[end].right_edge.i + 1
    source = _trim(layout.doc, inner.left_edge.i, end)
    cue = (token.i, to.i + 1)
    rest = [(sentence[0], token.i), (source[1], sentence[1])]
    runs = _clean_runs(layout, rest, source, cue)
    yield Candidate("according", token.i, cue, source, runs)
    head = token.head
    while head.dep_ not in {"ROOT", "ccomp", "conj", "relcl", "advcl"} and head.head.i != head.i:
        head = head.head
    clause = _subtree(head)
    if clause != sentence:
        yield Candidate("according_clause", token.i, cue, source, _clean_runs(layout, [(clause[0], token.i), (source[1], clause[1])], source, cue))


def _rest_of_sentence(layout: Layout, verb: Token, source: TokenRange | None, make: Make) -> Iterator[Candidate]:
    """"…, officials say, …": the sentence without the reporting clause."""
    if source is None:
        return
    first, last = layout.sentence[verb.i]
    start, end = min(source[0], verb.i), max(source[1], verb.i + 1)
    doc = layout.doc
    while end < last and doc[end].head.i == verb.i and (doc[end].dep_ in {"prt", "advmod", "npadvmod", "dative"}) and doc[end].right_edge.i < last:
        end = doc[end].right_edge.i + 1
    before = start > first and doc[start - 1].text in {",", "—", "–", "-", "”", '"', "''"}
    after = end >= last - 1 or doc[end].text in {",", "—", "–", ".", ":"}
    if before and after:
        yield make("rest", (first, start))
        if end < last - 2:
            yield make("rest+", (first, start), (end, last))


def _quotation_beside(layout: Layout, verb: Token, make: Make) -> Iterator[Candidate]:
    """A quotation of the cue's own sentence, and what goes on quoting after it."""
    if layout.quoted(verb.i):
        return
    doc, sentence = layout.doc, layout.sentence[verb.i]
    near = [run for run in _quotations_in(layout, sentence) if _gap(run, verb.i) <= _LONG_JUMP]
    if near:
        yield make("quote", *near, *_following_quotations(layout, sentence))
        if len(near) > 1:
            for run in near:
                yield make("quote_one", run)
        return
    last = next((i for i in range(sentence[1] - 1, verb.i, -1) if not doc[i].is_space), verb.i)
    following = _following_quotations(layout, sentence, over_paragraph=doc[last].text in {":", ","})
    if following:
        yield make("quote_next", *following)
    before = next((i for i in range(sentence[0] - 1, -1, -1) if not doc[i].is_space), -1)
    if before >= 0 and layout.quoted(before) and layout.paragraph[before] == layout.paragraph[sentence[0]]:
        if layout.wholly_quoted(layout.sentence[before]):
            yield make("quote_before", layout.quotations[layout.inside[before]])


def _quotations_in(layout: Layout, sentence: TokenRange) -> list[TokenRange]:
    numbers = {layout.inside[i] for i in range(*sentence)} - {-1}
    return [layout.quotations[n] for n in sorted(numbers)]


def _gap(run: TokenRange, i: int) -> int:
    return run[0] - i if run[0] > i else i - run[1]


def _following_quotations(layout: Layout, sentence: TokenRange, *, over_paragraph: bool = False) -> list[TokenRange]:
    """Quotations of the sentences after `sentence` that say nothing outside the marks."""
    doc, out = layout.doc, []
    i, paragraph = sentence[1], layout.paragraph[sentence[0]]
    while i < len(doc):
        following = layout.sentence[i]
        first = next((k for k in range(*following) if not doc[k].is_space), None)
        if first is None:
            i = following[1]
            continue
        if layout.paragraph[first] != paragraph:
            if not over_paragraph:
                break
            paragraph, over_paragraph = layout.paragraph[first], False
        if not layout.quoted(first) or not layout.wholly_quoted(following):
            break
        run = layout.quotations[layout.inside[first]]
        if run[0] >= sentence[1] and run not in out:
            out.append(run)
        i = following[1]
    return out


def _turns(layout: Layout) -> Iterator[Candidate]:
    """Turns of a transcript ("PRESIDENT BIDEN: …") and signed quotations ("…" – Name)."""
    doc = layout.doc
    start = 0
    while start < len(doc):
        end = start
        while end < len(doc) and layout.paragraph[end] == layout.paragraph[start]:
            end += 1
        yield from _turn(layout, start, end)
        yield from _signed(layout, start, end)
        start = end


def _turn(layout: Layout, start: int, end: int) -> Iterator[Candidate]:
    doc = layout.doc
    colon = next((i for i in range(start, min(end, start + 12)) if doc[i].text == ":"), None)
    if colon is None or colon == start or end - colon < 4:
        return
    names = [t for t in doc[start:colon] if not (t.is_punct or t.is_space)]
    capital = [t for t in names if t.is_upper or t.is_title or t.lower_ in {"of", "the", "and", "de", "bin", "al"}]
    if names and len(capital) == len(names) and any(t.is_title or (t.is_upper and len(t) > 1) for t in names) and not any(t.pos_ in {"VERB", "AUX"} and not t.is_upper for t in names):
        yield Candidate("turn", None, (colon, colon + 1), (start, colon), (_trim(doc, colon + 1, end),))


def _signed(layout: Layout, start: int, end: int) -> Iterator[Candidate]:
    doc = layout.doc
    if start >= end or not layout.quoted(start):
        return
    run = layout.quotations[layout.inside[start]]
    tail = [t for t in doc[run[1] : end] if not t.is_space]
    if 2 <= len(tail) <= 14 and tail[0].text in {"-", "–", "—", "--"} and not any(t.pos_ == "VERB" for t in tail):
        yield Candidate("signed", None, (tail[0].i, tail[0].i + 1), (tail[1].i, tail[-1].i + 1), (run,))


# --- spans ---------------------------------------------------------------------------------------------------


def _clause(layout: Layout, clause: Token, verb: Token) -> TokenRange:
    start, end = _subtree(clause)
    if start > verb.i and start > 0:
        before = layout.doc[start - 1]
        if before.lower_ in {"that", "whether", "if"} and before.i > verb.i:
            start = before.i
    return start, end


def _limit(layout: Layout, verb: Token, content: TokenRange) -> int:
    """How far a content right of its cue may reach: to the next clause that the cue's own subject governs, else the sentence's end."""
    limit = layout.sentence[verb.i][1]
    for child in verb.rights:
        if child.dep_ in {"conj", "advcl", "parataxis"} and child.left_edge.i >= content[1]:
            limit = min(limit, child.left_edge.i)
    while limit > content[1] and (layout.doc[limit - 1].dep_ == "cc" or layout.doc[limit - 1].is_punct or layout.doc[limit - 1].is_space):
        limit -= 1
    return limit


def _infinitive(clause: Token) -> TokenRange | None:
    """"to handle …" of "urged the United States to handle …"."""
    to = next((c for c in clause.children if c.dep_ == "aux" and c.tag_ == "TO"), None)
    return (to.i, clause.right_edge.i + 1) if to is not None else None


def addressee_of(verb: Token) -> TokenRange | None:
    """Whom it is said to: an indirect object, "to …", or a person or country that is the object of a verb of telling."""
    for child in verb.children:
        if child.dep_ == "dobj" and child.i > verb.i and _is_somebody(child):
            return noun_phrase(child)
        own = next((c for c in child.children if c.dep_ == "nsubj"), None) if child.dep_ == "ccomp" else None
        if own is not None and _infinitive(child) is not None and _is_somebody(own):
            return noun_phrase(own)
        if child.dep_ == "dative" and child.pos_ in {"NOUN", "PROPN", "PRON"}:
            return noun_phrase(child)
        if child.dep_ in {"dative", "prep"} and child.lower_ in {"to", "with"}:
            inner = next((g for g in child.children if g.dep_ == "pobj"), None)
            if inner is not None and _is_somebody(inner):
                return noun_phrase(inner)
    return None


def _is_somebody(noun: Token) -> bool:
    """A person, a people or a state, as far as the parse tells: a name, a personal pronoun, "the president"."""
    if noun.pos_ == "PRON":
        return noun.lower_ in {"him", "her", "them", "us", "me", "you"}
    return noun.ent_type_ in {"PERSON", "GPE", "NORP", "ORG"} or noun.lemma_.lower() in _OFFICES


def _cue_range(verb: Token, cue_end: int | None) -> TokenRange:
    end = verb.i + 1
    particle = next((c.i for c in verb.children if c.dep_ == "prt" and c.i == verb.i + 1), None)
    return verb.i, max(end, (particle or verb.i) + 1, cue_end or 0)


def _clean_runs(
    layout: Layout, content: Iterable[TokenRange], source: TokenRange | None, cue: TokenRange
) -> tuple[TokenRange, ...]:
    """Content runs grown to whole quotations, without cue and source, trimmed, in order and disjoint."""
    taken: set[int] = set()
    for start, end in content:
        taken.update(range(start, end))
    for number in {layout.inside[i] for i in taken} - {-1}:
        run = layout.quotations[number]
        if run[0] <= cue[0] < run[1]:
            continue
        first, last = layout.sentence[next(i for i in range(*run) if i in taken)]
        part = range(max(run[0], first), min(run[1], last))
        if sum(i in taken for i in part) >= _WHOLE_QUOTE * len(part):
            taken.update(range(*run))
    taken.difference_update(range(*cue))
    if source is not None:
        taken.difference_update(range(*source))
    return tuple(run for run in (_trim(layout.doc, *r) for r in _runs(sorted(taken))) if run[1] > run[0])


def _runs(indexes: list[int]) -> Iterator[TokenRange]:
    start: int | None = None
    last = -2
    for i in indexes:
        if start is None:
            start = i
        elif i != last + 1:
            yield start, last + 1
            start = i
        last = i
    if start is not None:
        yield start, last + 1


def _trim(doc: Doc, start: int, end: int) -> TokenRange:
    while start < end and (doc[start].is_space or doc[start].text in _EDGE):
        start += 1
    while end > start and (doc[end - 1].is_space or doc[end - 1].text in _EDGE):
        end -= 1
    return start, end
