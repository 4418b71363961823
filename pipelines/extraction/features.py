"""What the scorer sees of a candidate: named, binary features, the same in training and in use.

A feature is a string; its weight, if it has one, is in the model file. Nothing here knows which features matter.
"""

from __future__ import annotations

from spacy.tokens import Token

from pipelines.extraction.contents import Candidate
from pipelines.extraction.layout import Layout, TokenRange

_LENGTHS = (1, 2, 3, 5, 8, 13, 21, 34, 55)
_DISTANCES = (0, 1, 2, 4, 8, 16)


def bucket(value: int, bounds: tuple[int, ...]) -> int:
    """The number of the first bound that `value` does not exceed."""
    return next((n for n, bound in enumerate(bounds) if value <= bound), len(bounds))


def features(layout: Layout, candidate: Candidate) -> list[str]:
    """The features of one candidate, without doubles, in a fixed order."""
    doc, frame = layout.doc, candidate.frame
    first = doc[candidate.content[0][0]]
    length = sum(end - start for start, end in candidate.content)
    size = bucket(length, _LENGTHS)
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
    cue = doc[candidate.cue]
    lemma, tag, dep = cue.lemma_.lower(), cue.tag_, cue.dep_
    quoted, head = layout.quoted(cue.i), _head(layout, candidate.content[0])
    ending = _ending(layout, candidate)
    out += [
        f"lemma={lemma}",
        f"lemma={lemma}|pos={cue.pos_}",
        f"lemma={lemma}|frame={frame}",
        f"lemma={lemma}|quotes={quotes}",
        f"lemma={lemma}|source={source}",
        f"lemma={lemma}|first={opening}",
        f"tag={tag}",
        f"dep={dep}",
        f"frame={frame}|dep={dep}",
        f"frame={frame}|tag={tag}",
        f"cue_quoted={quoted}",
        f"frame={frame}|cue_quoted={quoted}",
        f"content_head={head}",
        f"lemma={lemma}|content_head={head}",
        f"gap={bucket(abs(first.i - cue.i), _DISTANCES)}|{frame}",
        f"after={doc[cue.i + 1].lower_ if cue.i + 1 < len(doc) else ''}",
        f"before={doc[cue.i - 1].lower_ if cue.i else ''}",
        f"end={ending}",
        f"frame={frame}|end={ending}",
    ]
    out += _beyond(layout, candidate)
    out += [f"aux={child.lower_}" for child in cue.children if child.dep_ in {"aux", "neg", "auxpass"}]
    if dep in {"xcomp", "ccomp", "advcl", "conj", "acl", "relcl", "pcomp"}:
        out.append(f"above={cue.head.lemma_.lower()}|{dep}")
    return list(dict.fromkeys(out))


def _quote_state(layout: Layout, content: tuple[TokenRange, ...]) -> str:
    words = [quotation >= 0 for start, end in content for quotation in layout.inside[start:end]]
    inside = sum(words)
    if not inside:
        return "none"
    return "all" if inside == len(words) else ("most" if inside * 2 > len(words) else "some")


def _source_kind(layout: Layout, candidate: Candidate) -> str:
    if candidate.source is None:
        return "none"
    start, end = candidate.source
    words = layout.doc[start:end]
    head = words.root
    if head.pos_ == "PRON":
        return head.lower_
    kind = head.ent_type_ or next((t.ent_type_ for t in words if t.ent_type_), "")
    return f"{head.pos_}:{kind}" if kind or head.pos_ == "PROPN" else f"{head.pos_}:{head.tag_}"


def _shape(token: Token) -> str:
    if token.lower_ in {"that", "to", "whether", "how", "what", "why", "if", "as", "the", "a", "who", "for", "it"}:
        return token.lower_
    return token.pos_


def _head(layout: Layout, run: TokenRange) -> str:
    root = layout.doc[run[0] : run[1]].root
    return f"{root.pos_}:{root.tag_}"


def _beyond(layout: Layout, candidate: Candidate) -> list[str]:
    """What follows the content as parsed, and whether it looks like a coordinated part of it that the parser lost."""
    if candidate.beyond is None:
        return []
    start, end = candidate.beyond
    doc, kind = layout.doc, "taken" if candidate.frame.endswith(">") else "left"
    following = list(doc[start:end])
    words = [token for token in following if not (token.is_punct or token.is_space or token.pos_ == "CCONJ")]
    if not words:
        return [f"{kind}=nothing"]
    lead = doc[start].text if doc[start].is_punct else ""
    joined = any(token.pos_ == "CCONJ" for token in following)
    root, content_root = doc[start:end].root, doc[slice(*candidate.content[0])].root
    subject = any(token.dep_ in {"nsubj", "nsubjpass"} for token in root.children if start <= token.i < end)
    opening, length = _shape(words[0]), bucket(end - start, _LENGTHS)
    return [
        f"{kind}={lead}|{opening}",
        f"{kind}={lead}|{opening}|{candidate.frame}",
        f"{kind}_joined={joined}|{lead}",
        f"{kind}_length={length}|{joined}",
        f"{kind}_same={root.pos_ == content_root.pos_}|{root.pos_}|{joined}",
        f"{kind}_dep={root.dep_}|{lead}",
        f"{kind}_subject={subject}|{opening}",
        f"{kind}_quoted={layout.quoted(words[0].i)}",
    ]


def _ending(layout: Layout, candidate: Candidate) -> str:
    """What stands after the content: the sentence's end, a comma, another word."""
    end = candidate.content[-1][1]
    if end >= len(layout.doc) or layout.doc[end].is_space:
        return "end"
    token = layout.doc[end]
    return token.text if token.is_punct else token.dep_
