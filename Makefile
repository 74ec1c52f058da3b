# `make` does everything CI does. `make demo` and `make test` need Python >= 3.11, make and a package index, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# A process for each core; the tests of a file stay together, since they share what is slow to make.
SPREAD := -n auto --dist loadfile

.DEFAULT_GOAL := all
.PHONY: all check docs-check test coverage demo bench bench-model model-card note-figures mutations mutations-long docs fix clean

all: check docs-check coverage mutations

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "denial-risk needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml | $(BIN)/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(PIP) install --editable '.[test]'
	@touch $@ $(VENV)/.base

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(PIP) install --editable '.[dev,spark]'
	@touch $@ $(VENV)/.test $(VENV)/.base

$(VENV)/.bench: pyproject.toml | $(BIN)/python
	$(PIP) install --editable '.[dev,spark,bench]'
	@touch $@ $(VENV)/.dev $(VENV)/.test $(VENV)/.base

demo: $(VENV)/.base ## train the default model if there is none, score the shipped sample claims
	$(BIN)/denial-risk score examples/claims.837 examples/claims.csv

test: $(VENV)/.test ## the whole test suite
	$(BIN)/python -m pytest $(SPREAD)

check: $(VENV)/.dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/.dev ## the suite with branch coverage
	$(BIN)/python -m pytest $(SPREAD) --cov --cov-report=term:skip-covered --durations=40 -r s

MUTATION_TESTS := tests/readers/test_claim_columns.py tests/readers/test_remit_columns.py

mutations: $(VENV)/.test ## 10,000 spoilt 837 and 835 files each: the columnar readers against the plain loops
	DENIAL_RISK_MUTATIONS=10000 $(BIN)/python -m pytest $(SPREAD) --no-cov $(MUTATION_TESTS)

mutations-long: $(VENV)/.test ## the same with 200,000 files
	DENIAL_RISK_MUTATIONS=200000 $(BIN)/python -m pytest $(SPREAD) --no-cov $(MUTATION_TESTS)

docs: $(VENV)/.base ## write the generated pages
	$(BIN)/python -m risk.cli.docs .

docs-check: $(VENV)/.base ## fail when a generated page is out of date
	$(BIN)/python -m risk.cli.docs --check .

bench: $(VENV)/.bench ## speed and quality, side by side, as ratios; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks

bench-model: $(VENV)/.bench ## the model beside the truth and what else one might use
	$(BIN)/python -m benchmarks.model

model-card: $(VENV)/.base ## train the default model and write its card, docs/model_card.md
	$(BIN)/python -m benchmarks.model_card

note-figures: $(VENV)/.base ## measure how well notes are read, and write docs/notes.md
	$(BIN)/python -m benchmarks.notes

fix: $(VENV)/.dev ## format and mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and caches; keeps mlruns
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .import_linter_cache
