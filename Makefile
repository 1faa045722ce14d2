# Every target does its own set-up in .venv with plain `python3 -m venv` and pip.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ARGS   ?=

.DEFAULT_GOAL := help
# What holds in every time zone that a machine may be in.
PURE := $(wildcard tests/maintenance/test_*.py) tests/history tests/test_classify.py tests/test_classify_because.py tests/test_receipt.py \
        tests/test_calendarfeed.py tests/test_snapshot.py tests/test_report.py tests/config/test_load.py
.PHONY: help run demo test zones e2e faults soak dashboards docs lint format bench audit sbom lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("spot-probe needs Python 3.11 or later; name one: make PYTHON=python3.11")'
	@echo "Setting up: a Python environment in $(VENV)/, once; it takes a minute or three."
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing what requirements-dev.lock pins, each verified by its hash (from PyPI, or your index) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@echo "Installing spot-probe from this folder ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@echo "Ready: $(BIN)/spot-probe"
	@touch $@

run: $(READY) ## start the probe; ARGS="--config.file=..." is passed on
	exec $(BIN)/spot-probe run $(ARGS)

demo: $(READY) ## the whole story in about a minute, on servers of its own
	exec $(BIN)/spot-probe demo $(ARGS)

test: $(READY) ## run the tests; ARGS="-k name" is passed on
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(ARGS)

e2e: $(READY) ## measure from an outage to the pager, with the real programs in real time
	$(BIN)/python -m pytest -s tests/dashboards/e2e.py

faults: $(READY) ## try some 900 faults and attacks on the real command; ARGS="port -k flood" chooses
	$(BIN)/python -m tests.faults $(ARGS)

soak: $(READY) ## ten minutes among servers that misbehave: is memory flat? ARGS=--minutes=1 is shorter
	$(BIN)/python -m tests.faults.soak $(ARGS)

dashboards: $(READY) ## make Grafana's JSON from its code, and the runbook's page from its text
	$(BIN)/python -m dashboards.grafana
	$(BIN)/python -m dashboards.runbook

docs: $(READY) ## make docs/configuration.md and the examples' schema from the settings
	$(BIN)/python -m probe.config.reference > docs/configuration.md
	$(BIN)/spot-probe config --schema > examples/spot-probe.schema.json

zones: $(READY) ## run the pure tests as if the machine stood in four other time zones
	@for zone in UTC America/New_York Asia/Kolkata Pacific/Apia; do \
	  echo "== TZ=$$zone"; \
	  TZ=$$zone $(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(PURE) || exit; \
	done

lint: $(READY) ## ruff and mypy, warnings are errors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## measure, beside peers, and print the ratios
	@for bench in benchmarks/*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit; done

# Tools of their own in a place of their own: the tests need none of their thirty dependencies.
SUPPLY := .venv-supply
$(SUPPLY)/.ready: requirements-supply.lock
	$(PYTHON) -m venv $(SUPPLY)
	$(SUPPLY)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-supply.lock
	@touch $@

audit: $(SUPPLY)/.ready ## hold the lock against the known vulnerabilities (asks pypi.org)
	$(SUPPLY)/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

sbom: $(SUPPLY)/.ready ## write what the lock contains to artifacts/sbom.json (CycloneDX)
	@mkdir -p artifacts
	$(SUPPLY)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file artifacts/sbom.json requirements.lock

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group dev -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group pyproject.toml:supply -o requirements-supply.lock
	uv pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group pyproject.toml:build -o requirements-build.lock

clean: ## remove what the targets made
	rm -rf $(VENV) $(SUPPLY) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist artifacts
