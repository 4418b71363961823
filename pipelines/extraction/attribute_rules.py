"""The model's attribute ruler, asked once for each kind of token instead of for each token.

spaCy's `AttributeRuler` gives tokens their part of speech and morphology by 179 patterns and runs all of them over
every token, a seventh of the time of a parse. Nearly all look at one token and at few of its attributes: tokens that
are equal in these get the same, so what the ruler's own matcher says of the first of a kind is kept for the others.
The few other patterns are run over every text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from spacy.attrs import DEP, IS_SPACE, LOWER, TAG
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc, Span
from spacy.tokens._retokenize import set_token_attrs  # what the ruler itself sets attributes with

NAME = "attribute_rules"
"""of the component, among spaCy's factories"""
_LOOKED_AT = ("TAG", "LOWER", "DEP", "IS_SPACE")
_TESTS = {"IN", "NOT_IN"}
_Pattern = list[dict[str, Any]]
_Kind = tuple[int, int, int, int]
"""TAG, LOWER (0 for a word that no pattern names), DEP and IS_SPACE of a token."""


@Language.factory(NAME)
def attribute_rules(nlp: Language, name: str) -> AttributeRules:
    """The component that stands in for the pipeline's `attribute_ruler`."""
    ruler = nlp.get_pipe("attribute_ruler")
    assert isinstance(ruler, AttributeRuler)
    return AttributeRules(ruler)


class AttributeRules:
    """Sets what `ruler` sets, token for token."""

    def __init__(self, ruler: AttributeRuler) -> None:
        self._ruler = ruler
        self._by_kind, self._by_text = Matcher(ruler.vocab, validate=False), Matcher(ruler.vocab, validate=False)
        self._named: set[int] = set()
        for number, rule in enumerate(ruler.patterns):
            patterns: list[_Pattern] = rule["patterns"]  # type: ignore[assignment]
            simple = [pattern for pattern in patterns if is_simple(pattern)]
            other = [pattern for pattern in patterns if not is_simple(pattern)]
            if simple:
                self._by_kind.add(str(number), simple)
            if other:
                self._by_text.add(str(number), other)
            self._named |= {ruler.vocab.strings.add(word) for pattern in simple for word in _words(pattern[0])}
        self._rules: dict[_Kind, tuple[int, ...]] = {}
        self._attributes: dict[_Kind, dict[int, Any]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set the attributes of each token of `doc`, in place."""
        named = self._named
        rows: list[list[int]] = doc.to_array([TAG, LOWER, DEP, IS_SPACE]).tolist()
        kinds = [(tag, lower if lower in named else 0, dep, space) for tag, lower, dep, space in rows]
        if not self._attributes.keys() >= set(kinds):
            self._learn(doc, kinds)
        attributes = self._attributes
        also: dict[int, list[int]] = defaultdict(list)
        for rule, start, end in self._matches(self._by_text, doc):
            also[range(start, end)[self._ruler.indices[rule]]].append(rule)
        for token, kind in zip(doc, kinds, strict=True):
            set_token_attrs(token, attributes[kind])
        for i, rules in also.items():
            set_token_attrs(doc[i], self._merged([*self._rules[kinds[i]], *rules]))
        return doc

    def _learn(self, doc: Doc, kinds: list[_Kind]) -> None:
        """Keep what the ruler says of the kinds of tokens that are new in `doc`."""
        for i, kind in enumerate(kinds):
            if kind not in self._rules:
                rules = {rule for rule, _, _ in self._matches(self._by_kind, doc[i : i + 1])}
                self._rules[kind] = tuple(sorted(rules))
                self._attributes[kind] = self._merged(self._rules[kind])

    def _matches(self, matcher: Matcher, text: Doc | Span) -> Iterator[tuple[int, int, int]]:
        strings = text.vocab.strings
        for rule, start, end in matcher(text, allow_missing=True):
            yield int(strings[rule]), start, end

    def _merged(self, rules: Iterable[int]) -> dict[int, Any]:
        """Where rules differ, the last one of the ruler's holds."""
        merged: dict[int, Any] = {}
        for rule in sorted(rules):
            merged |= self._ruler.attrs[rule]
        return merged


def is_simple(pattern: _Pattern) -> bool:
    """Whether a pattern is of one token, and all that it looks at tells kinds of tokens apart."""
    return len(pattern) == 1 and all(
        attribute in _LOOKED_AT and (not isinstance(test, dict) or test.keys() <= _TESTS)
        for attribute, test in pattern[0].items()
    )


def _words(test: dict[str, Any]) -> list[str]:
    """The words that a test of one token names."""
    lower = test.get("LOWER", [])
    if isinstance(lower, dict):
        return [word for words in lower.values() for word in words]
    return [lower] if isinstance(lower, str) else []
