# make materialize   make test   make dev   make help
SHELL := /bin/sh
PYTHON_OF_VENV := .venv/bin/python
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help materialize fetch test dev sql release docs score bench accuracy train lock clean

help: ## what each command does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  READOUT_RAW=folder READOUT_WAREHOUSE=folder make materialize   for other articles, another warehouse"
	@echo "  READOUT_REFERENCE=folder make materialize   with leaders, topics and words of your own (docs/own-reference.md)"

materialize: $(READY) ## make all tables from the articles, and tell what was made
	@$(PYTHON_OF_VENV) -m pipelines materialize

fetch: $(READY) ## bring new articles of the enabled sources (raw/sources.yaml, docs/sources.md) into the raw folder
	@$(PYTHON_OF_VENV) -m pipelines fetch $(SOURCES)

test: $(READY) ## check style, types and behaviour
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/pytest -n 2 --dist loadfile

dev: $(READY) ## open the Dagster user interface on http://127.0.0.1:3000 (another port: make dev PORT=3001)
	@DAGSTER_HOME="$$($(PYTHON_OF_VENV) -m pipelines home)" .venv/bin/dagster dev -h 127.0.0.1 -p $(or $(PORT),3000)

sql: $(READY) ## ask the warehouse: make sql Q="SELECT * FROM who_promised_what"
	@Q='$(subst ','\'',$(Q))'; $(PYTHON_OF_VENV) -m pipelines sql "$$Q"

release: $(READY) ## make a release of the published tables: make release VERSION=2026.11.0
	@$(PYTHON_OF_VENV) -m pipelines release '$(subst ','\'',$(VERSION))'

docs: $(READY) ## write docs/data-dictionary.md, docs/queries.md and docs/commands.md anew
	@$(PYTHON_OF_VENV) -m pipelines docs

score: $(READY) ## measure against the annotated articles in ../shared
	@$(PYTHON_OF_VENV) benchmarks/score.py
	@$(PYTHON_OF_VENV) -m benchmarks.speech_acts

bench: $(READY) ## measure the whole run beside spaCy alone, and runs where little is new
	@$(PYTHON_OF_VENV) -m benchmarks.throughput
	@$(PYTHON_OF_VENV) -m benchmarks.rerun

accuracy: $(READY) ## measure all that docs/accuracy.md says, and write it
	@$(PYTHON_OF_VENV) benchmarks/accuracy.py

train: $(READY) ## learn all weights anew from the annotated corpora in ../shared (four hours; needs torch: requirements-encoder.txt)
	@$(PYTHON_OF_VENV) tools/install.py requirements-training.lock
	@mkdir -p .train
	@$(PYTHON_OF_VENV) -m benchmarks.corpora --folder .train/corpora
	@$(PYTHON_OF_VENV) -m training.encoder_data ../shared .train/attributions.jsonl \
	  --unlabelled .train/corpora/warehouse/parquet/articles.parquet .train/read.jsonl
	@sh tools/train_encoder.sh .train/attributions.jsonl .train/read.jsonl .train pipelines/extraction/models/attribution.onnx
	@$(PYTHON_OF_VENV) -m training.attribution .train/attributions.jsonl --readers .train/fold0.onnx .train/fold1.onnx
	@$(PYTHON_OF_VENV) -m training.topics ../shared
	@$(PYTHON_OF_VENV) -m training.statements .train/attributions.jsonl ../shared --readers .train/fold0.onnx .train/fold1.onnx
	@$(PYTHON_OF_VENV) -m training.commitments ../shared

RESOLVE := .venv/bin/uv pip compile --upgrade --universal --python-version 3.12 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links
lock: $(READY) ## resolve pyproject.toml anew into the four lock files
	@$(RESOLVE) --group dev pyproject.toml -o requirements.lock
	@$(RESOLVE) --group dev --group training pyproject.toml -c requirements.lock -o requirements-training.lock
	@$(RESOLVE) --group deploy pyproject.toml -c requirements.lock -o requirements-deploy.lock
	@$(RESOLVE) --group cluster pyproject.toml -c requirements.lock -o requirements-cluster.lock

clean: ## remove the environment, caches and what runs made
	rm -rf .venv warehouse .dagster .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): requirements.lock tools/setup.sh tools/install.py
	@sh tools/setup.sh
