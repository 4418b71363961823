"""Teach a smaller encoder what a larger one says: `python -m training.distil READ.jsonl DATA.jsonl TEACHER OUTPUT`.

The pupil starts from some of the teacher's layers and learns, window by window, the teacher's tags, its last layer,
and what its cues say of the pieces around them, as probabilities (Hinton et al. 2015; the last layer as in Sun et al.
2019). It reads articles without annotation first, of which there are many; then every second batch is of annotated
ones, which count by their annotations, too. At last each layer keeps only the heads and inner neurons that matter most
(Michel et al. 2019), and the pupil learns all of it once more. Needs what `training.encoder` needs.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.encoder import (
    HEAD_WIDTH,
    LINK_WIDTH,
    LINKS,
    SEED,
    Encoder,
    Window,
    batches,
    descend,
    encoder_of,
    loss_of,
    read_windows,
    stacked,
    times_seen,
)

LAYERS = (0, 1, 3, 5)
"""The teacher's layers that the pupil starts from."""


class Narrowed(NamedTuple):
    """Heads or inner neurons of a layer: the linear parts that lead into them and out of them, how many numbers each
    has, and how many are left at last."""

    into: tuple[str, ...]
    out_of: str
    width: int
    kept: int


NARROWED = (Narrowed(("query", "key", "value"), "merge", HEAD_WIDTH, 6), Narrowed(("inner",), "outer", 1, 768))
JUDGED = 24
"""So many batches tell which matter."""
STEPS, MIXED_STEPS, NARROW_STEPS, NARROW_PLAIN = 1_930, 1_060, 3_000, 1_700
"""Batches of both lessons of the whole pupil; of the one of the narrowed pupil, and those of it that come first and are
all without annotation."""
RATE, MIXED_RATE, NARROW_RATE = 3e-4, 1.6e-4, 5e-4
WARM_UP = 100
CUE, LEAST_CUE, MOST_CUES = 1, 0.1, 400
"""The tag of a cue; the pieces whose links are compared are those that may be one, and so many of a batch."""


def outputs(model: Encoder, ids: Tensor, forms: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The last layer, tags and links of a batch."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        last = model.last_layer(ids, forms, mask)
        tags, links = model.tags(last), model.links(last)
    return last.float(), tags.float(), links.float()


def unlikeness(pupil: Encoder, teacher: Encoder, ids: Tensor, forms: Tensor, mask: Tensor) -> Tensor:
    """How far the pupil is from the teacher over a batch: 0 where they say the same."""
    there = mask.bool()
    with torch.no_grad():
        last, tags, links = outputs(teacher, ids, forms, mask)
    own_last, own_tags, own_links = outputs(pupil, ids, forms, mask)
    wanted = torch.sigmoid(tags)
    loss = 5 * _divergence(own_tags[there], wanted[there]).mean() + functional.mse_loss(own_last[there], last[there])
    rows, places = ((wanted[..., CUE] > LEAST_CUE) & there).nonzero(as_tuple=True)
    kept = torch.randperm(len(rows))[:MOST_CUES]
    if len(kept):
        loss = loss + _of_links(own_links, links, (rows[kept], places[kept]), wanted[..., CUE], there)
    return loss


def _of_links(own: Tensor, links: Tensor, cues: tuple[Tensor, Tensor], likely: Tensor, there: Tensor) -> Tensor:
    """The part of the links: each cue by how likely it is one."""
    rows, places = cues
    known = there[rows][:, None]
    found, wanted = (_scores(values, rows, places) for values in (own, links))
    members = (_divergence(found[:, :2], torch.sigmoid(wanted[:, :2])) * known).sum((1, 2))
    own_ends, ends = (functional.log_softmax(s[:, 2:].masked_fill(~known, -1e4), -1) for s in (found, wanted))
    apart = functional.kl_div(own_ends, ends, log_target=True, reduction="none").sum((1, 2))
    weight = likely[rows, places]
    loss: Tensor = (weight * (members / 30 + apart / 4)).sum() / weight.sum()
    return loss


def _scores(links: Tensor, rows: Tensor, places: Tensor) -> Tensor:
    """The logits of each cue's links: (cues, links, pieces)."""
    parts = links.view(*links.shape[:2], 2, len(LINKS), LINK_WIDTH)
    return torch.einsum("cld,cpld->clp", parts[rows, places, 0], parts[:, :, 1][rows]) / math.sqrt(LINK_WIDTH)


def _divergence(logits: Tensor, wanted: Tensor) -> Tensor:
    """Kullback-Leibler divergence of each probability."""
    own = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return own - functional.binary_cross_entropy(wanted, wanted, reduction="none")


def pupil_of(weights: dict[str, Tensor], layers: Sequence[int]) -> Encoder:
    """An encoder of these layers of the teacher's."""
    state = {name: value for name, value in weights.items() if not name.startswith("layers.")}
    for number, layer in enumerate(layers):
        own = f"layers.{layer}."
        kept = {name.removeprefix(own): value for name, value in weights.items() if name.startswith(own)}
        state |= {f"layers.{number}.{part}": value for part, value in kept.items()}
    return encoder_of(state)


def narrowed(pupil: Encoder, losses: Iterable[Tensor]) -> Encoder:
    """The pupil with those heads and inner neurons of each layer that matter most.

    What they give times how the losses change with it, squared and summed over all pieces of some batches, says how
    much they matter.
    """
    given: dict[nn.Linear, Tensor] = {}
    matters: dict[nn.Linear, Tensor] = {}

    def look(linear: nn.Linear, taken: tuple[Tensor]) -> None:
        taken[0].retain_grad()
        given[linear] = taken[0]

    width_of = {getattr(layer, part.out_of): part.width for layer in pupil.layers for part in NARROWED}
    hooks = [linear.register_forward_pre_hook(look) for linear in width_of]
    for loss in losses:
        pupil.zero_grad()
        loss.backward()
        for linear, values in given.items():
            effect = (values * values.grad).float().unflatten(2, (-1, width_of[linear])).sum(-1)
            matters[linear] = matters.get(linear, 0) + effect.square().sum((0, 1)).detach()
    for hook in hooks:
        hook.remove()
    state = dict(pupil.state_dict())
    for number, layer in enumerate(pupil.layers):
        for part in NARROWED:
            best = matters[getattr(layer, part.out_of)].topk(part.kept).indices.sort().values
            kept = (best[:, None] * part.width + torch.arange(part.width)).flatten()
            for name in (f"layers.{number}.{into}.{values}" for into in part.into for values in ("weight", "bias")):
                state[name] = state[name][kept]
            name = f"layers.{number}.{part.out_of}.weight"
            state[name] = state[name][:, kept]
    return encoder_of(state)


def without_dropout(model: Encoder) -> Encoder:
    """The same model: what the teacher says is neither told nor learned through noise."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return model


def forever(windows: Sequence[Window], generator: random.Random) -> Iterator[list[Window]]:
    """Batches without end, in another order each time round."""
    while True:
        yield from batches(windows, generator)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a teacher teaches with: windows to read, and annotated ones."""

    teacher: Encoder
    read: Sequence[Window]
    annotated: Sequence[Window]

    def losses(self, pupil: Encoder, steps: int, plain: int) -> Iterator[Tensor]:
        """The losses of batches; every second one after `plain` is of annotated windows."""
        generator = random.Random(SEED)
        unmarked, marked = forever(self.read, generator), forever(self.annotated, generator)
        for done in range(1, steps + 1):
            is_marked = done > plain and done % 2 == 0
            batch = next(marked if is_marked else unmarked)
            loss = unlikeness(pupil, self.teacher, *stacked(batch)[:3])
            yield loss + 0.5 * loss_of(pupil, batch) if is_marked else loss

    def teach(self, pupil: Encoder, steps: int, plain: int, rate: float) -> None:
        """Teach for `steps` batches, the first `plain` of them without annotation; leaves the running mean."""
        learned = [p for name, p in pupil.named_parameters() if not name.startswith("words.")]
        ramp = lambda n: min((n + 1) / WARM_UP, 1 - n / steps)  # noqa: E731
        descend(pupil, [{"params": learned, "lr": rate}], self.losses(pupil, steps, plain), steps, ramp)


def main(arguments: Sequence[str] | None = None) -> int:
    """Teach and save the weights. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("read", type=Path, help="articles without annotations (training.encoder_data --unlabelled)")
    parser.add_argument("data", type=Path, help="what training.encoder_data wrote")
    parser.add_argument("teacher", type=Path, help="weights that training.encoder wrote")
    parser.add_argument("output", type=Path, help="where the weights go (.pt)")
    parser.add_argument("--layers", type=int, nargs="+", default=LAYERS, help="the teacher's layers to start from")
    options = parser.parse_args(arguments)
    torch.manual_seed(SEED)
    read = [window for _, own in read_windows(options.read) for window in own]
    annotated = [window for entry, own in read_windows(options.data) for window in own * times_seen(entry)]
    print(f"{len(read)} windows to read, {len(annotated)} annotated", flush=True)
    weights = torch.load(options.teacher)
    teacher, pupil = map(without_dropout, (encoder_of(weights), pupil_of(weights, options.layers)))
    lessons = Lessons(teacher, read, annotated)
    lessons.teach(pupil, STEPS, STEPS, RATE)
    lessons.teach(pupil, MIXED_STEPS, 0, MIXED_RATE)
    narrow = without_dropout(narrowed(pupil, lessons.losses(pupil, JUDGED, 0)))
    lessons.teach(narrow, NARROW_STEPS, NARROW_PLAIN, NARROW_RATE)
    torch.save(narrow.state_dict(), options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
