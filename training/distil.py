"""Teach a smaller encoder what a larger one says: `python -m training.distil READ.jsonl DATA.jsonl TEACHER OUTPUT`.

The pupil starts from some of the teacher's layers and learns, window by window, the teacher's tags, its last layer,
and what its cues say of the pieces around them, as probabilities (Hinton et al. 2015; the last layer as in Sun et al.
2019). It reads articles without annotation first, of which there are many; then every second batch is of annotated
ones, which count by their annotations, too. Needs what `training.encoder` needs.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.encoder import (
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
STEPS, MIXED_STEPS = 1_930, 1_060
RATE, MIXED_RATE = 3e-4, 1.6e-4
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


def teach(
    pupil: Encoder, teacher: Encoder, read: Sequence[Window], annotated: Sequence[Window], steps: int, rate: float
) -> None:
    """Teach for `steps` batches, with `annotated` windows every second one of these; leaves the running mean."""
    generator = random.Random(SEED)
    plain, marked = forever(read, generator), forever(annotated, generator)
    learned = [p for name, p in pupil.named_parameters() if not name.startswith("words.")]
    ramp = lambda n: min((n + 1) / WARM_UP, 1 - n / steps)  # noqa: E731

    def losses() -> Iterator[Tensor]:
        for done in range(1, steps + 1):
            is_marked = bool(annotated) and done % 2 == 0
            batch = next(marked if is_marked else plain)
            loss = unlikeness(pupil, teacher, *stacked(batch)[:3])
            yield loss + 0.5 * loss_of(pupil, batch) if is_marked else loss

    descend(pupil, [{"params": learned, "lr": rate}], losses(), steps, ramp)


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
    teach(pupil, teacher, read, [], STEPS, RATE)
    teach(pupil, teacher, read, annotated, MIXED_STEPS, MIXED_RATE)
    torch.save(pupil.state_dict(), options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
