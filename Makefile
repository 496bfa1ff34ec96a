# Sanku: `make demo` and `make test` do all that is needed on a machine with Python 3.11 and git.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
JOBS ?= 2
BIN := $(VENV)/bin

# The build of PyTorch. `cpu`: about 0.2 GB, where pip can find one (PyTorch keeps an index of CPU
# builds; name it with TORCH_PIP="--index-url …"). `gpu`: about 3 GB with CUDA. Without a CPU build
# in reach, `cpu` says so and takes the default one.
TORCH ?= cpu
TORCH_PIP ?=
TORCH_VERSION := 2.13.0

PIP := $(BIN)/python -m pip --disable-pip-version-check
export LANCEDB_LOG ?= error
export DAGSTER_HOME ?= $(abspath $(or $(SANKU_WAREHOUSE),warehouse))

.PHONY: help install demo ui serve test proofs fuzz eval bench-search bench-gateway openclaw lint clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(VENV)/.installed ## create .venv with everything in it

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@if [ "$(TORCH)" = cpu ]; then \
	  $(PIP) install -q $(TORCH_PIP) -c constraints.txt "torch==$(TORCH_VERSION)+cpu" || { \
	    echo "No CPU build of torch $(TORCH_VERSION) could be installed (see above):"; \
	    echo "installing the default one, up to 3 GB. Ctrl-C, and name an index with TORCH_PIP, if not."; \
	    $(PIP) install -q -c constraints.txt "torch==$(TORCH_VERSION)"; }; \
	else $(PIP) install -q $(TORCH_PIP) -c constraints.txt "torch==$(TORCH_VERSION)"; fi
	$(PIP) install -q -c constraints.txt -e ".[dev]"
	@touch $@

demo: install ## run the sample company end to end, ask three questions, go on serving (SERVE=0: end)
	$(BIN)/python -m assets.demo

ui: install ## the Dagster UI on http://127.0.0.1:3000
	@mkdir -p $(DAGSTER_HOME)
	@test -e $(DAGSTER_HOME)/dagster.yaml || cp warehouse/dagster.yaml $(DAGSTER_HOME)/
	$(BIN)/dagster dev --host 127.0.0.1 --port 3000

serve: install ## the gateway over the published version
	$(BIN)/sanku serve

test: install lint ## the test suite, in two processes of up to 4 GB each (JOBS=1: in one)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not long"

proofs: install ## what takes longer: every step of a crash, tens of thousands of records, whole data sets
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m long

fuzz: install ## the FAQ parser on 100,000 documents of each kind; `make test` does it with fewer
	$(BIN)/python -m pytest tests/faq/test_faq_fuzz.py --hypothesis-profile=long --timeout=7200

eval: install ## reading, retrieval, releases, intents, conversations, redaction and load, measured; most on the real data sets beside the checkout
	$(BIN)/python benchmarks/faq_reading.py --floors
	$(BIN)/python benchmarks/changelog_reading.py --floors
	$(BIN)/python benchmarks/stale.py --floors
	$(BIN)/python benchmarks/retrieval.py --floors --cache $(VENV)/eval
	$(BIN)/python benchmarks/direct_answers.py --floors --cache $(VENV)/eval
	$(BIN)/python benchmarks/near_misses.py --floors --cache $(VENV)/eval
	$(BIN)/python benchmarks/version_questions.py --floors --cache $(VENV)/eval
	$(BIN)/python benchmarks/intents.py --floors
	$(BIN)/python benchmarks/release_questions.py --floors
	$(BIN)/python benchmarks/remarks.py --floors
	$(BIN)/python benchmarks/conversations.py --floors
	$(BIN)/python benchmarks/redaction.py
	$(BIN)/python benchmarks/redaction_speed.py
	$(BIN)/python benchmarks/search_speed.py --rows 100000 --questions 100 --floors
	$(BIN)/python benchmarks/gateway_load.py --seconds 20 --soak 60 --floors

bench-search: install ## search over 1,000,000 chunks beside bare LanceDB: 10 minutes, 12 GB of memory, 6 GB of disk
	$(BIN)/python benchmarks/search_speed.py --rows 1000000 --floors

bench-gateway: install ## the gateway under load over 20,000 chunks: three phases of 5 minutes, and 30 minutes of soak
	$(BIN)/python benchmarks/gateway_load.py --floors

openclaw: install ## a real OpenClaw, 840 MB from the npm registry, asks the sample company a question
	$(BIN)/python -m tests.gateway.openclaw_run $(VENV)/openclaw

lint: install ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

clean: ## remove the environment; the warehouse stays
	rm -rf $(VENV)
