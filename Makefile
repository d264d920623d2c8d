# run · machines · test · lint · bench · chaos · fuzz · model · lock: each sets up what it needs, and a second call finds it there.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
PORT ?= 8000
BIN := .venv/bin
COMPILE := .lock-venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml

.DEFAULT_GOAL := run
.PHONY: run machines test lint bench chaos fuzz model lock python

run: .venv/run.stamp
	@PORT=$(PORT) exec $(BIN)/upright serve --migrate

# For each of several machines that share the work: with PostgreSQL's driver and Celery; starts nothing.
machines: .venv/run.stamp
	@$(BIN)/pip --quiet --disable-pip-version-check install --require-hashes -r requirements-machines.lock

test: .venv/dev.stamp
	@$(BIN)/pytest -n auto --dist worksteal

lint: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/upright check

bench: .venv/dev.stamp .venv/botkit.stamp
	@$(BIN)/python -m benchmarks

# Kills the service again and again while it sends 100,000 reminders, on PostgreSQL and on SQLite. Half an hour.
chaos: .venv/dev.stamp
	@$(BIN)/python -m tests.chaos

# 100,000 texts in all scripts: none may raise, none may take 50 ms. Seven to twenty minutes.
fuzz: .venv/dev.stamp
	@FUZZ=100000 $(BIN)/pytest -p no:xdist tests/conversation/test_fuzz.py tests/conversation/fuzz_speed.py

# Learns messages/model.json anew, after the examples were changed. The service itself needs none of this.
model: .venv/dev.stamp
	@test -x .model-venv/bin/python || $(PYTHON) -m venv .model-venv
	@.model-venv/bin/pip --quiet --disable-pip-version-check install scikit-learn==1.9.1 opencc rapidfuzz
	@.model-venv/bin/python -m service.training

lock: python
	@test -x .lock-venv/bin/uv || { $(PYTHON) -m venv .lock-venv && .lock-venv/bin/pip --quiet install uv; }
	$(COMPILE) --upgrade --extra install --output-file requirements.lock
	$(COMPILE) --upgrade --extra install --extra dev --output-file requirements-dev.lock
	cp requirements-dev.lock requirements-machines.lock  # the versions that the tests ran with
	$(COMPILE) --extra install --extra postgres --extra celery --output-file requirements-machines.lock

python:
	@test -n "$(PYTHON)" || { echo "Upright needs Python 3.11 or newer: install it (Debian 12, Ubuntu 24.04: apt install python3 python3-venv) and run make again."; exit 1; }

.venv/bin/pip: | python
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian, Ubuntu: apt install python3-venv) and run make again."; exit 1; }
	@$(PYTHON) -m venv .venv

# A peer of the benchmarks. Without npm they go without it, and say so.
.venv/botkit.stamp: benchmarks/botkit/package-lock.json | .venv/bin/pip
	@! command -v npm >/dev/null || npm ci --prefix benchmarks/botkit --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/pip
	@test .venv/dev.stamp -nt requirements.lock || echo "Installing Upright into .venv (about a minute) ..."
	@test .venv/dev.stamp -nt requirements.lock || $(BIN)/pip --quiet --disable-pip-version-check install --require-hashes -r requirements.lock
	@$(BIN)/pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock pyproject.toml | .venv/bin/pip
	@echo "Installing Upright and its development tools into .venv (about a minute) ..."
	@$(BIN)/pip --quiet --disable-pip-version-check install --require-hashes -r requirements-dev.lock
	@$(BIN)/pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation --no-index --editable .
	@touch $@ .venv/run.stamp
