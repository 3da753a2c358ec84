# Needs Python 3.11 or newer, bash and make; everything else is installed into .venv from the lock files.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Test processes; more than two gain little, because Postgres works beside them.
TEST_PROCESSES ?= 2
# pip reads PIP_CERT and uv reads SSL_CERT_FILE; where one is given the other follows.
export PIP_CERT ?= $(SSL_CERT_FILE)
ifeq ($(PIP_CERT),)
unexport PIP_CERT
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1

.PHONY: help setup demo test check lint types layers schema tests format lock bench clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: $(READY) ## Install everything into .venv

$(READY): requirements.lock requirements-tools.lock pyproject.toml
	@python=$$(for name in $${PYTHON:-python3.13 python3.12 python3.11 python3}; do \
	    if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo $$name; break; fi; done); \
	if [[ -z $$python ]]; then echo "Python 3.11 or newer, with venv, is needed; PYTHON names one." >&2; exit 1; fi; \
	if [[ ! -x $(BIN)/python ]]; then echo "-- making $(VENV) with $$($$python --version)"; $$python -m venv $(VENV); fi
	@echo "-- installing the locked packages"
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements-tools.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --compile-bytecode --require-hashes -r requirements.lock 2>&1 | grep -vE '^ [+~-] ' || \
	    exit $${PIPESTATUS[0]}
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --offline --editable .
	@touch $@

demo: $(READY) ## Run everything on this machine, with a catalog (PORT, EMPORIUM_DATA_DIR)
	@exec $(BIN)/emporium demo

test: check tests ## All that CI runs

check: format-check lint types layers schema ## The fast part: format, lint, types, layers, schema

.PHONY: format-check
format-check: $(READY)
	@echo "-- format"; $(BIN)/ruff format --check .

lint: $(READY)
	@echo "-- lint"; $(BIN)/ruff check .

types: $(READY)
	@echo "-- types"; $(BIN)/mypy .

layers: $(READY)
	@echo "-- layers"; PYTHONPATH=. $(BIN)/lint-imports --no-logo

schema: $(READY)
	@echo "-- schema"; $(BIN)/emporium schema --check

tests: $(READY) ## The tests alone
	@echo "-- tests"; $(BIN)/pytest -n $(TEST_PROCESSES)

format: $(READY) ## Format the code and fix what can be fixed
	@$(BIN)/ruff check --fix-only --quiet .; $(BIN)/ruff format .

lock: $(READY) ## Choose the newest allowed versions and write the lock files
	@for name in requirements requirements-tools; do \
	    source=$$([[ $$name == requirements ]] && echo "pyproject.toml --group dev" || echo "$$name.in"); \
	    $(BIN)/uv pip compile $$source --universal --python-version 3.11 --generate-hashes --upgrade --no-emit-index-url \
	        --no-annotate --no-header --quiet --output-file $$name.lock; done
	@wc -l requirements.lock requirements-tools.lock

bench: $(READY) ## Measure (see bench/)
	@$(BIN)/python -m bench

clean: ## Remove what the targets above made; the demo's data stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
