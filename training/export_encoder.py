"""Make the file that ships of trained weights: `python -m training.export_encoder WEIGHTS.pt OUTPUT.onnx`.

ONNX with 8-bit weights and embeddings (dynamic quantization), for onnxruntime. Needs torch, onnx and onnxruntime.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.encoder import Encoder

INPUTS, OUTPUTS = ("ids", "forms", "mask"), ("tags", "links")
OPERATORS = 17
"""The version of ONNX's operators, old enough for every onnxruntime that the project allows."""


def export(weights: Path, output: Path) -> None:
    """Write the weights as quantized ONNX; the same bytes for the same weights."""
    state = torch.load(weights)
    model = Encoder(1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers.")))
    model.load_state_dict(state)
    model.eval()
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the file. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args(arguments)
    export(options.weights, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
