"""What the scorer sees of a candidate: named, binary features, the same in training and in use.

A feature is a string; its weight, if it has one, is in the model file. Nothing here knows which features matter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from spacy.tokens import Token

from pipelines.extraction.contents import TAGGED, Candidate
from pipelines.extraction.encoder import Evidence, Link
from pipelines.extraction.layout import Layout, TokenRange

_LENGTHS = (1, 2, 3, 5, 8, 13, 21, 34, 55)
_DISTANCES = (0, 1, 2, 4, 8, 16)
_ODDS = (0.003, 0.01, 0.03, 0.06, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94, 0.97, 0.99, 0.997)
_HELPERS = frozenset({"aux", "neg", "auxpass"})
_DEPENDENT = frozenset({"xcomp", "ccomp", "advcl", "conj", "acl", "relcl", "pcomp"})
_OPENINGS = frozenset({"that", "to", "whether", "how", "what", "why", "if", "as", "the", "a", "who", "for", "it"})
_SHARES = (*(n / 20 for n in range(1, 20)), 0.97, 0.985)


def bucket(value: int, bounds: tuple[int, ...]) -> int:
    """The number of the first bound that `value` does not exceed."""
    return bisect_left(bounds, value)


def features(layout: Layout, candidate: Candidate) -> list[str]:
    """The features of one candidate, without doubles, in a fixed order."""
    frame = candidate.frame
    first = layout.doc[candidate.content[0][0]]
    size = bucket(sum(end - start for start, end in candidate.content), _LENGTHS)
    quotes = _quote_state(layout, candidate.content)
    source, opening = _source_kind(layout, candidate), _shape(first)
    out = [
        "bias",
        f"frame={frame}",
        f"quotes={quotes}",
        f"frame={frame}|quotes={quotes}",
        f"frame={frame}|len={size}",
        f"source={source}",
        f"frame={frame}|source={source}",
        f"quotes={quotes}|source={source}",
        f"first={opening}",
        f"frame={frame}|first={opening}",
        f"runs={min(3, len(candidate.content))}",
    ]
    if candidate.cue is None:
        return out
    own = layout.cue_features.get(candidate.cue)
    if own is None:
        own = layout.cue_features[candidate.cue] = _of_cue(layout, candidate.cue)
    lemma, tag, dep, quoted = own[:4]
    head, ending = _head(layout, candidate.content[0]), _ending(layout, candidate)
    out += own
    out += [
        f"{lemma}|frame={frame}",
        f"{lemma}|quotes={quotes}",
        f"{lemma}|source={source}",
        f"{lemma}|first={opening}",
        f"frame={frame}|{dep}",
        f"frame={frame}|{tag}",
        f"frame={frame}|{quoted}",
        f"content_head={head}",
        f"{lemma}|content_head={head}",
        f"gap={bucket(abs(first.i - candidate.cue), _DISTANCES)}|{frame}",
        f"end={ending}",
        f"frame={frame}|end={ending}",
    ]
    out += _beyond(layout, candidate)
    return out


def _of_cue(layout: Layout, i: int) -> list[str]:
    """What is seen of a cue by itself: first lemma, tag, label and whether it is quoted, which more is crossed with."""
    doc, cue = layout.doc, layout.doc[i]
    lemma, dep = cue.lemma_.lower(), cue.dep_
    out = [
        f"lemma={lemma}",
        f"tag={cue.tag_}",
        f"dep={dep}",
        f"cue_quoted={layout.quoted(i)}",
        f"lemma={lemma}|pos={cue.pos_}",
        f"after={doc[i + 1].lower_ if i + 1 < len(doc) else ''}",
        f"before={doc[i - 1].lower_ if i else ''}",
    ]
    out += dict.fromkeys(f"aux={child.lower_}" for child in cue.children if child.dep_ in _HELPERS)
    if dep in _DEPENDENT:
        out.append(f"above={cue.head.lemma_.lower()}|{dep}")
    return out


def evidence_features(layout: Layout, evidence: Evidence, candidate: Candidate) -> list[str]:
    """What the encoder says of one candidate, in steps of probability; nothing for a candidate without a cue."""
    if candidate.cue_range is None:
        return []
    link = evidence.link(candidate.cue_range)
    cue = bisect_right(_ODDS, max(evidence.cue[slice(*candidate.cue_range)]))
    kind = TAGGED if candidate.frame.startswith(TAGGED) else candidate.frame
    if link is None:
        return [f"e_cue={cue}", f"e_cue={cue}|{kind}", "e_nothing"]
    start, end = candidate.content[0][0], candidate.content[-1][1] - 1
    words = layout.words(candidate.content)
    inside = _all_at(link.content, link.offset, words)
    held, whole = sum(inside), link.whole
    dice = bisect_right(_SHARES, 2 * held / (len(words) + whole)) if words else 0
    least = bisect_right(_ODDS, min(inside, default=0.0))
    first, last = _at(link.first, link, start), _at(link.last, link, end)
    head, tail = bisect_right(_ODDS, first), bisect_right(_ODDS, last)
    top_first = first >= link.first[link.first_places[0]]
    top_last = last >= link.last[link.last_places[0]]
    before, after = _beside(layout, link, start - 1, -1), _beside(layout, link, end + 1, 1)
    tagged = bisect_right(_ODDS, sum(evidence.content[i] for i in words) / max(1, len(words)))
    source = 0.0
    if candidate.source is not None:
        source = max(_all_at(link.source, link.offset, range(*candidate.source)))
    named = bisect_right(_ODDS, source)
    any_source = bisect_right(_ODDS, link.likeliest_source)
    return [
        f"e_cue={cue}",
        f"e_cue={cue}|{kind}",
        f"e_dice={dice}",
        f"e_dice={dice}|{kind}",
        f"e_cue={cue}|dice={dice // 3}",
        f"e_least={least}",
        f"e_first={head}",
        f"e_last={tail}",
        f"e_ends={top_first}|{top_last}",
        f"e_ends={top_first}|{top_last}|{kind}",
        f"e_first={head // 3}|last={tail // 3}",
        f"e_open={bisect_right(_ODDS, evidence.first[start])}",
        f"e_close={bisect_right(_ODDS, evidence.last[end])}",
        f"e_before={before}",
        f"e_after={after}",
        f"e_tagged={tagged}",
        f"e_cue={cue // 2}|tagged={tagged // 3}",
        f"e_source={named}|{candidate.source is not None}",
        f"e_any_source={any_source}|{candidate.source is not None}",
    ]


def _at(values: memoryview[float], link: Link, i: int) -> float:
    place = i - link.offset
    return values[place] if 0 <= place < len(values) else 0.0


def _all_at(values: memoryview[float], offset: int, tokens: Sequence[int]) -> list[float]:
    """As `_at`, of tokens in order: where the last and the first of them are told of, all are."""
    stop = offset + len(values)
    if tokens and offset <= tokens[0] and tokens[-1] < stop:
        return [values[i - offset] for i in tokens]
    return [values[i - offset] if offset <= i < stop else 0.0 for i in tokens]


def _beside(layout: Layout, link: Link, i: int, step: int) -> int:
    """How likely the next word on this side is content of the same cue."""
    while 0 <= i < len(layout.is_word) and not layout.is_word[i]:
        i += step
    return bisect_right(_ODDS, _at(link.content, link, i))


def _quote_state(layout: Layout, content: tuple[TokenRange, ...]) -> str:
    before = layout.quoted_before
    inside = sum(before[end] - before[start] for start, end in content)
    if not inside:
        return "none"
    length = sum(end - start for start, end in content)
    return "all" if inside == length else ("most" if inside * 2 > length else "some")


def _source_kind(layout: Layout, candidate: Candidate) -> str:
    if candidate.source is None:
        return "none"
    head = layout.root(candidate.source)
    pos = head.pos_
    if pos == "PRON":
        return head.lower_
    kind = head.ent_type_ or next((t.ent_type_ for t in layout.doc[slice(*candidate.source)] if t.ent_type_), "")
    return f"{pos}:{kind}" if kind or pos == "PROPN" else f"{pos}:{head.tag_}"


def _shape(token: Token) -> str:
    word = token.lower_
    return word if word in _OPENINGS else token.pos_


def _head(layout: Layout, run: TokenRange) -> str:
    root = layout.root(run)
    return f"{root.pos_}:{root.tag_}"


def _beyond(layout: Layout, candidate: Candidate) -> list[str]:
    """What follows the content as parsed, and whether it looks like a coordinated part of it that the parser lost."""
    if candidate.beyond is None:
        return []
    start, end = candidate.beyond
    doc, kind = layout.doc, "taken" if candidate.frame.endswith(">") else "left"
    following = list(doc[start:end])
    opener = next((t for t in following if layout.is_word[t.i] and t.pos_ != "CCONJ"), None)
    if opener is None:
        return [f"{kind}=nothing"]
    lead = doc[start].text if doc[start].is_punct else ""
    joined = any(token.pos_ == "CCONJ" for token in following)
    root, content_root = layout.root(candidate.beyond), layout.root(candidate.content[0])
    subject = any(token.dep_ in {"nsubj", "nsubjpass"} for token in root.children if start <= token.i < end)
    opening, length = _shape(opener), bucket(end - start, _LENGTHS)
    return [
        f"{kind}={lead}|{opening}",
        f"{kind}={lead}|{opening}|{candidate.frame}",
        f"{kind}_joined={joined}|{lead}",
        f"{kind}_length={length}|{joined}",
        f"{kind}_same={root.pos_ == content_root.pos_}|{root.pos_}|{joined}",
        f"{kind}_dep={root.dep_}|{lead}",
        f"{kind}_subject={subject}|{opening}",
        f"{kind}_quoted={layout.quoted(opener.i)}",
    ]


def _ending(layout: Layout, candidate: Candidate) -> str:
    """What stands after the content: the sentence's end, a comma, another word."""
    end = candidate.content[-1][1]
    if end >= len(layout.doc) or layout.doc[end].is_space:
        return "end"
    token = layout.doc[end]
    return token.text if token.is_punct else token.dep_
