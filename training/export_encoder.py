"""Make the file that ships of trained weights: `python -m training.export_encoder WEIGHTS.pt DATA.jsonl OUTPUT.onnx`.

ONNX with 8-bit weights and embeddings (dynamic quantization) and each layer's attention as one operator of
onnxruntime's, which takes four fifths of the time of its parts. Needs torch, onnx and onnxruntime.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnx import helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.encoder import HEAD_WIDTH, Encoder, Window, encoder_of, read_windows, stacked

SAMPLE = 200
"""So many windows tell how large the numbers are that are rounded."""
OUTLIERS = 3
"""So many channels of a layer's input may be larger than all others without making their steps coarser."""
INPUTS, OUTPUTS = ("ids", "forms", "mask"), ("tags", "links")
OPERATORS = 17
"""The version of ONNX's operators, old enough for every onnxruntime that the project allows."""


class Calmed(nn.Module):
    """A linear layer that takes its input channel by channel at `1 / scale`, to the same result."""

    def __init__(self, linear: nn.Linear, scale: Tensor) -> None:
        super().__init__()
        self.factor = nn.Parameter(1 / scale)
        self.linear = linear
        with torch.no_grad():
            linear.weight.mul_(scale)

    def forward(self, x: Tensor) -> Tensor:
        """`x` (batch, pieces, channels)."""
        result: Tensor = self.linear(x * self.factor)
        return result


def calm(model: Encoder, windows: Sequence[Window]) -> None:
    """Have the few channels that are many times as large as all others leave these their precision.

    8 bits hold the whole range of what a layer takes in; in both layers of the feed-forward part one channel of
    hundreds made it five times as wide. Its factor goes from the input to the weights, as in SmoothQuant (Xiao et al.
    2023), there for all channels.
    """
    largest: dict[nn.Linear, Tensor] = {}

    def look(linear: nn.Linear, taken: tuple[Tensor]) -> None:
        here = taken[0].abs().amax((0, 1))
        largest[linear] = torch.maximum(largest.get(linear, here), here)

    parts = [(layer, name) for layer in model.layers for name in ("inner", "outer")]
    hooks = [getattr(layer, name).register_forward_pre_hook(look) for layer, name in parts]
    with torch.no_grad():
        for window in windows:
            ids, forms, mask, _ = stacked([window])
            model(ids, forms, mask)
    for hook in hooks:
        hook.remove()
    for layer, name in parts:
        linear = getattr(layer, name)
        ordinary = largest[linear].sort(descending=True).values[OUTLIERS]
        setattr(layer, name, Calmed(linear, (largest[linear] / ordinary).clamp(min=1)))


def sample_of(data: Path) -> list[Window]:
    """Windows of the articles in `data`, evenly drawn."""
    windows = [window for _, own in read_windows(data) for window in own]
    return windows[:: max(1, len(windows) // SAMPLE)]


def export(weights: Path, data: Path, output: Path) -> None:
    """Write the weights as quantized ONNX; the same bytes for the same weights and data."""
    model = encoder_of(torch.load(weights)).eval()
    calm(model, sample_of(data))
    sample = torch.ones(2, 16, dtype=torch.long)
    free = {name: {0: "batch", 1: "pieces"} for name in (*INPUTS, *OUTPUTS)}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = str(Path(folder, "whole.onnx"))
        torch.onnx.export(
            model,
            (sample, sample, sample.float()),
            whole,
            input_names=INPUTS,
            output_names=OUTPUTS,
            dynamic_axes=free,
            opset_version=OPERATORS,
            dynamo=False,
        )
        # 7-bit weights: without VNNI instructions, products of 8-bit ones would saturate.
        quantize_dynamic(whole, output, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    onnx.save(with_joined_attention(onnx.load(output)), output)


def with_joined_attention(model: onnx.ModelProto) -> onnx.ModelProto:
    """The exported model with attention as one operator, and without the mask: in use, a window stands alone."""
    graph = model.graph
    makers = {output: number for number, node in enumerate(graph.node) for output in node.output}
    widths = {value.name: value.dims for value in graph.initializer}
    layer = 0
    while (attended := f"/layers.{layer}/Reshape_3_output_0") in makers:
        parts = [f"/layers.{layer}/{part}/Add_output_0" for part in ("query", "key", "value")]
        name, operators = f"/layers.{layer}/attention", "com.microsoft"
        (width,) = widths[f"layers.{layer}.query.bias"]
        joined = helper.make_node(
            "MultiHeadAttention", parts, [attended], name, domain=operators, num_heads=width // HEAD_WIDTH
        )
        graph.node[makers[attended]].CopyFrom(joined)
        layer += 1
    _remove_unused(graph)
    model.opset_import.append(helper.make_opsetid(operators, 1))
    return model


def _remove_unused(graph: onnx.GraphProto) -> None:
    """Remove what leads to no output."""
    wanted, kept = {output.name for output in graph.output}, []
    for node in reversed(graph.node):  # an exported graph is in order: what makes an input stands before
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    for values in (graph.initializer, graph.input):
        unused = [value for value in values if value.name not in wanted]
        for value in unused:
            values.remove(value)
    del graph.node[:]
    graph.node.extend(reversed(kept))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("data", type=Path, help="what training.encoder_data wrote")
    parser.add_argument("output", type=Path)
    options = parser.parse_args(arguments)
    export(options.weights, options.data, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
