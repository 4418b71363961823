"""The frames of a verb that may be a cue: where the content can stand that it reports.

A frame's name says how the content hangs on the cue (`ccomp_R`: a clause to its right; `prep_for`; `quote`).
`pass_` stands before the frames of passives; `>` after those grown over what the parser lost, `+` after those that take
the following complements in.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from pipelines.extraction.contents import Candidate, content_runs
from pipelines.extraction.layout import Layout, TokenRange
from pipelines.extraction.syntax import (
    addressee_of,
    agent_of,
    infinitive_of,
    is_passive,
    noun_phrase,
    source_of,
    subject_of,
    subtree,
)

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
_CLAUSES = frozenset({"ccomp", "xcomp"})
_OBJECTS = frozenset({"dobj", "attr", "oprd", "acomp"})
_AFTER_AN_OBJECT = frozenset({"prep", "xcomp", "ccomp", "oprd", "acl", "advcl", "dobj", "advmod"})
_AFTER_A_SUBJECT = frozenset({"prep", "xcomp", "ccomp", "oprd"})
_MAY_INTERRUPT = frozenset({"parataxis", "ccomp", "advcl", "relcl", "ROOT", "conj"})
_BEFORE_A_CUE = frozenset({",", "—", "–", "-", "”", '"', "''"})
_AFTER_A_CUE = frozenset({",", "—", "–", ".", ":"})
_EMPTY_SUBJECTS = frozenset({"it", "who", "which", "that"})
_LONG_JUMP = 40
"""Tokens between a cue and a quotation in one sentence beyond which the two have nothing to do with each other."""
_CUE_REACH = 2
"""A preposition this near to its verb is part of the cue: "called for", "spoke out against"."""


def source_of_verb(verb: Token) -> TokenRange | None:
    """Who says what `verb` reports, by the parse: its subject, or the agent of a passive."""
    source = source_of(agent_of(verb) if is_passive(verb) else subject_of(verb))
    if source is not None and source[0] <= verb.i < source[1]:
        return (source[0], verb.i) if source[0] < verb.i else None
    return source


class VerbFrames:
    """The candidates of one verb."""

    def __init__(self, layout: Layout, verb: Token) -> None:
        self._layout, self._verb = layout, verb
        self._passive = is_passive(verb)
        self._subject = subject_of(verb)
        self._source = source_of_verb(verb)
        self._addressee = addressee_of(verb)
        particle = any(child.dep_ == "prt" and child.i == verb.i + 1 for child in verb.children)
        self._cue_end = verb.i + (2 if particle else 1)
        self._complements = [child for child in verb.children if child.dep_ not in _SUBJECTS]

    def candidates(self) -> Iterator[Candidate]:
        """All frames of the verb, in a fixed order."""
        for child in self._complements:
            side = "L" if child.i < self._verb.i else "R"
            if child.dep_ == "ccomp":
                yield from self._of_clause(child, side)
            elif child.dep_ == "xcomp":
                yield from self._grown(f"xcomp_{side}", subtree(child))
            elif child.dep_ in _OBJECTS and side == "R":
                yield from self._of_object(child)
            elif child.dep_ == "prep" and side == "R":
                yield from self._of_preposition(child)
            elif child.dep_ == "parataxis":
                yield self._make(f"parataxis_{side}", subtree(child))
        yield from self._of_passive_subject()
        if self._verb.dep_ in _MAY_INTERRUPT:
            yield from self._rest_of_sentence()
        yield from self._quotation_beside()

    def _make(
        self,
        frame: str,
        *content: TokenRange,
        cue_end: int = 0,
        to: TokenRange | None = None,
        beyond: TokenRange | None = None,
    ) -> Candidate:
        cue = self._cue_range(cue_end)
        runs = content_runs(self._layout, content, self._source, cue)
        name = f"pass_{frame}" if self._passive else frame
        return Candidate(name, self._verb.i, cue, self._source, runs, to or self._addressee, beyond)

    def _grown(self, frame: str, content: TokenRange, cue_end: int = 0) -> Iterator[Candidate]:
        """The content as parsed, and as it stands when the parser lost a coordinated part of it."""
        limit = self._limit(content)
        beyond = (content[1], limit) if limit > content[1] and content[0] > self._verb.i else None
        yield self._make(frame, content, cue_end=cue_end, beyond=beyond)
        if beyond is not None:
            yield self._make(f"{frame}>", (content[0], limit), cue_end=cue_end, beyond=beyond)

    def _cue_range(self, cue_end: int) -> TokenRange:
        return self._verb.i, max(self._cue_end, cue_end)

    def _limit(self, content: TokenRange) -> int:
        """How far a content may reach: to the next clause that the cue's own subject governs, or the sentence's end."""
        doc, limit = self._layout.doc, self._layout.sentence[self._verb.i][1]
        for child in self._verb.rights:
            if child.dep_ in {"conj", "advcl", "parataxis"} and child.left_edge.i >= content[1]:
                limit = min(limit, child.left_edge.i)
        while limit > content[1] and (
            doc[limit - 1].dep_ == "cc" or doc[limit - 1].is_punct or doc[limit - 1].is_space
        ):
            limit -= 1
        return limit

    def _of_clause(self, clause: Token, side: str) -> Iterator[Candidate]:
        start, end = subtree(clause)
        before = self._layout.doc[start - 1] if start > 0 else None
        if before is not None and before.i > self._verb.i and before.lower_ in {"that", "whether", "if"}:
            start = before.i
        yield from self._grown(f"ccomp_{side}", (start, end))
        asked = infinitive_of(clause)
        if asked is not None:
            own = next((child for child in clause.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
            yield self._make("inf", asked, to=noun_phrase(own) if own is not None else None)

    def _of_object(self, noun: Token) -> Iterator[Candidate]:
        yield from self._grown(noun.dep_, subtree(noun))
        later = [child for child in self._complements if child.i > noun.i]
        rest = max((child.right_edge.i + 1 for child in later if child.dep_ in _AFTER_AN_OBJECT), default=0)
        if rest > noun.right_edge.i + 1:
            yield self._make(f"{noun.dep_}+", (noun.left_edge.i, rest))
        if noun.dep_ == "dobj":
            for child in noun.rights:
                asked = infinitive_of(child) if child.dep_ in {"acl", "relcl"} else None
                if asked is not None:
                    yield self._make("inf", asked, to=noun_phrase(noun))
                    break
            clause = next((child for child in later if child.dep_ in _CLAUSES), None)
            if clause is not None:
                yield self._make("dobj_clause", subtree(clause), to=noun_phrase(noun))

    def _of_preposition(self, preposition: Token) -> Iterator[Candidate]:
        name = preposition.lower_
        cue_end = preposition.i + 1 if preposition.i - self._verb.i <= _CUE_REACH else 0
        for child in preposition.children:
            if child.dep_ in {"pobj", "pcomp"}:
                frame = "prep" if child.dep_ == "pobj" else "pcomp"
                yield from self._grown(f"{frame}_{name}", subtree(child), cue_end)
            elif child.dep_ == "prep":
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        yield from self._grown(f"prep_{name}_{child.lower_}", subtree(inner))
        if name == "as":
            yield from self._grown("prep_as", subtree(preposition))

    def _of_passive_subject(self) -> Iterator[Candidate]:
        """ "Support was affirmed for …": what is conveyed is the subject, with what the verb keeps from it."""
        subject = self._subject
        if not self._passive or subject is None or subject.i > self._verb.i or subject.lower_ in _EMPTY_SUBJECTS:
            return
        yield self._make("subject", subtree(subject))
        rest = [child for child in self._complements if child.i > self._verb.i and child.dep_ in _AFTER_A_SUBJECT]
        if rest:
            yield self._make("subject+", subtree(subject), (rest[0].left_edge.i, rest[-1].right_edge.i + 1))

    def _rest_of_sentence(self) -> Iterator[Candidate]:
        """ "…, officials say, …": the sentence without the reporting clause."""
        if self._source is None:
            return
        doc, verb = self._layout.doc, self._verb
        first, last = self._layout.sentence[verb.i]
        start, end = min(self._source[0], verb.i), max(self._source[1], verb.i + 1)
        while end < last and self._belongs_to_cue(doc[end]) and doc[end].right_edge.i < last:
            end = doc[end].right_edge.i + 1
        before = start > first and doc[start - 1].text in _BEFORE_A_CUE
        if before and (end >= last - 1 or doc[end].text in _AFTER_A_CUE):
            yield self._make("rest", (first, start))
            if end < last - 2:
                yield self._make("rest+", (first, start), (end, last))

    def _belongs_to_cue(self, token: Token) -> bool:
        return token.head.i == self._verb.i and token.dep_ in {"prt", "advmod", "npadvmod", "dative"}

    def _quotation_beside(self) -> Iterator[Candidate]:
        """A quotation of the cue's own sentence, and what goes on quoting after it."""
        layout, verb = self._layout, self._verb
        if layout.quoted(verb.i):
            return
        sentence = layout.sentence[verb.i]
        near = [run for run in layout.quotations_in(sentence) if _gap(run, verb.i) <= _LONG_JUMP]
        if not near:
            yield from self._quotation_around(sentence)
            return
        yield self._make("quote", *near, *layout.quotations_after(sentence))
        if len(near) > 1:
            for run in near:
                yield self._make("quote_one", run)

    def _quotation_around(self, sentence: TokenRange) -> Iterator[Candidate]:
        """The cue's sentence quotes nothing: a quotation after it ("He added:"), or before it in the paragraph."""
        layout, doc = self._layout, self._layout.doc
        last = next((i for i in range(sentence[1] - 1, self._verb.i, -1) if not doc[i].is_space), self._verb.i)
        following = layout.quotations_after(sentence, over_paragraph=doc[last].text in {":", ","})
        if following:
            yield self._make("quote_next", *following)
        before = next((i for i in range(sentence[0] - 1, -1, -1) if not doc[i].is_space), -1)
        same_paragraph = before >= 0 and layout.paragraph[before] == layout.paragraph[sentence[0]]
        if same_paragraph and layout.quoted(before) and layout.wholly_quoted(layout.sentence[before]):
            yield self._make("quote_before", layout.quotations[layout.inside[before]])


def _gap(run: TokenRange, i: int) -> int:
    return run[0] - i if run[0] > i else i - run[1]
