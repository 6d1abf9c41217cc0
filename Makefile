# Everything a person or CI does here. `make` alone says what there is.
# `make run` and `make test` do all the set-up that they need, once; a stamp per lock file remembers what is done.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
GRIDCASE := $(BIN)/gridcase
SERVERS := .servers
DONE := $(VENV)/.done
COMPOSE := $(wildcard docker-compose.yml)
CHECKED := shared services gridcase scripts tests $(wildcard bench)

# What to hand on: make test PYTEST_ARGS="tests/kernel -x", make run RUN_ARGS="--port 8080"
PYTEST_ARGS ?=
# Tests side by side: a worker a processor and one more, at most four, since all share one PostgreSQL. WORKERS=0: one process.
WORKERS ?= auto
RUN_ARGS ?=
BENCH_ARGS ?=
FUZZ_ARGS ?=
LOCK_ARGS ?=
COVERAGE_ARGS ?=
AUDIT_ARGS ?=

# ---- for people ------------------------------------------------------------------------------------

.PHONY: help
help:  ## Say what there is (the default)
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(DONE)/project $(DONE)/engine $(DONE)/assets  ## Run a town with samples in one process; sets up all it needs
	$(GRIDCASE) serve --with-samples $(RUN_ARGS)

.PHONY: test
test: setup $(DONE)/assets $(DONE)/engine-required servers-install  ## Run every test, on real servers that it installs and starts
	$(PY) -m pytest -n $(WORKERS) --maxprocesses 4 $(PYTEST_ARGS)

.PHONY: check
check: setup  ## Check style, layout, types and the layers of the house; says all that is wrong before it fails
	@failed=; \
	try() { echo "== $$*"; "$$@" || failed="$$failed\n  $$*"; }; \
	try $(BIN)/ruff check $(CHECKED); \
	try $(BIN)/ruff format --check --quiet $(CHECKED); \
	try $(BIN)/mypy; \
	try $(BIN)/lint-imports; \
	try $(PY) -m scripts.ratchet; \
	try $(PY) -m scripts.coverage --check --strict; \
	$(if $(COMPOSE),try $(BIN)/check-jsonschema --builtin-schema vendor.compose-spec $(COMPOSE);) \
	if [ -n "$$failed" ]; then echo -e "check: failed:$$failed"; exit 1; fi; echo "check: all is well"

.PHONY: bench
bench: setup $(DONE)/engine-required $(DONE)/bench servers-install  ## Measure speed against the targets; takes a while
	$(PY) -m bench $(BENCH_ARGS)

.PHONY: faults
faults: setup $(DONE)/engine-required servers-install  ## Run the whole fault suite: kills, cuts, three machines; an hour
	$(PY) -m pytest tests/faults --whole $(PYTEST_ARGS)
	$(MAKE) faults-cluster

.PHONY: faults-cluster
faults-cluster: setup $(DONE)/engine-required servers-install  ## Trouble three machines for half an hour; takes root
	@$(PY) -m scripts.servers install cluster || [ -z "$${CI:-}" ]
	$(PY) -m pytest tests/faults/cluster --cluster $(PYTEST_ARGS)

.PHONY: proofs
proofs: setup $(DONE)/engine-required servers-install  ## Prove at length: 50,000 lives of cases, all faults, half an hour of requests
	GRIDCASE_LIVES=50000 $(PY) -m pytest tests/lives $(PYTEST_ARGS)
	$(MAKE) faults fuzz

.PHONY: fuzz
fuzz: setup  ## Ask every route as every role with generated requests; half an hour, FUZZ_ARGS="--minutes 5" less
	$(PY) -m tests.fuzz $(FUZZ_ARGS)

.PHONY: setup
setup: $(DONE)/project $(DONE)/engine $(DONE)/dev  ## Make the virtual environment with everything for development

# ---- the servers that tests use --------------------------------------------------------------------

.PHONY: servers-install
servers-install: $(DONE)/runtime
	@$(PY) -m scripts.servers install rabbit pg prom nginx alert compose chromium \
	  || { [ -z "$${CI:-}" ] && echo "servers: tests that need them will be skipped"; }

.PHONY: servers
servers: $(DONE)/runtime  ## Start RabbitMQ, PostgreSQL and Prometheus and leave them running for tests
	$(PY) -m scripts.servers up $(SERVERS)

.PHONY: cluster
cluster: $(DONE)/runtime  ## Start three machines with RabbitMQ, Patroni and HAProxy, and leave them running; takes root
	@$(PY) -m scripts.servers install rabbit pg cluster
	$(PY) -m scripts.servers.cluster up $(SERVERS)/cluster

.PHONY: cluster-down
cluster-down:  ## Stop these machines and remove their data
	$(PY) -m scripts.servers.cluster wipe $(SERVERS)/cluster

.PHONY: servers-down
servers-down:  ## Stop these servers and remove their data
	$(PY) -m scripts.servers wipe $(SERVERS)

# ---- deployments -----------------------------------------------------------------------------------

.PHONY: deploy-env
deploy-env:  ## Write .env for docker-compose with random passwords, where there is none yet
	@deploy/make-env

# ---- upkeep ----------------------------------------------------------------------------------------

.PHONY: format
format: setup  ## Lay out the code as `make check` wants it
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

.PHONY: lock
lock: $(DONE)/dev  ## Pin the packages again after a change of pyproject.toml; LOCK_ARGS=--upgrade takes newer ones
	$(PY) -m scripts.lock $(LOCK_ARGS)

.PHONY: audit
audit: setup  ## Ask what is known against the locked packages; AUDIT_ARGS='-s osv' asks another database
	$(PY) -m scripts.audit $(AUDIT_ARGS)

.PHONY: sbom
sbom: setup  ## Write requirements/sbom.cdx.json: what a release is made of, from the lock files
	$(PY) -m scripts.sbom

.PHONY: assets
assets: $(DONE)/project  ## Fetch what pages load that others have written (the viewer of the API), by the hashes of its lock
	@$(PY) -m scripts.assets && touch $(DONE)/assets

.PHONY: clean
clean:  ## Remove the virtual environment, the servers' data and every cache
	@if [ -x $(PY) ] && [ -e $(SERVERS)/lock ]; then $(PY) -m scripts.servers wipe $(SERVERS); fi
	rm -rf $(VENV) $(SERVERS) build services/console/api/assets/viewer *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: coverage
coverage: setup  ## Play changed packs' scenarios and write docs/coverage.md; COVERAGE_ARGS=--mutate measures them too
	$(PY) -m scripts.coverage $(COVERAGE_ARGS)

# ---- what is done once -----------------------------------------------------------------------------

$(VENV)/.made: scripts/make-venv
	@scripts/make-venv $(VENV)

$(DONE)/runtime: requirements/runtime.txt $(VENV)/.made
	@mkdir -p $(DONE)
	@$(PY) -m scripts.install lock $<
	@touch $@

$(DONE)/project: pyproject.toml $(DONE)/runtime
	@$(PY) -m scripts.install project
	@touch $@

# Without a compiler the house still stands: the reference evaluator then decides alone.
$(DONE)/engine: requirements/engine.txt $(DONE)/runtime
	@$(PY) -m scripts.install engine $<
	@touch $@

# Tests and benchmarks want both evaluators, and bring the compiler themselves; CI does not do without.
$(DONE)/engine-required: requirements/engine.txt $(DONE)/runtime
	@{ $(PY) -m scripts.servers install compiler && $(PY) -m scripts.install engine-required $< \
	  && touch $@ $(DONE)/engine; } || [ -z "$${CI:-}" ]

# Without npm and a network the pages still stand: that of the API says what it lacks, and the next start tries again.
$(DONE)/assets: package-lock.json scripts/assets.py $(DONE)/runtime
	@{ $(PY) -m scripts.assets && touch $@; } || [ -z "$${CI:-}" ]

$(DONE)/dev: requirements/dev.txt $(DONE)/runtime
	@$(PY) -m scripts.install lock $<
	@touch $@

$(DONE)/bench: requirements/bench.txt $(DONE)/runtime
	@$(PY) -m scripts.install lock $<
	@touch $@
