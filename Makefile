# Everything happens in .venv, a virtual environment that `make` builds and keeps up to date; the
# Python it is built from stays as it is. Choose another one with `make PYTHON=python3.13 ...`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check

EXTRAS := calendars,cli,diagrams,django,plots,postgres,sqlalchemy,testing,webhooks
TYPED := src examples
# Many tests wait, for servers and for processes: one more is at work than there are cores.
TESTERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format types imports docs looks pictures wheel worlds mutants proofs audits benchmark check clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.ready-for-demo ## Watch complaints being handled.
	@$(BIN)/python -m complaintflow demo

# A file stays on one core: the blocks of a page are one program.
test: $(VENV)/.ready-for-test ## Run the tests and every example of the documentation.
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses $(TESTERS) --dist loadfile
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/.ready-for-all ## Check style and formatting.
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/.ready-for-all ## Repair what can be repaired of style and formatting.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(VENV)/.ready-for-all ## Check the types.
	$(BIN)/mypy $(TYPED)

imports: $(VENV)/.ready-for-all ## Check that imports run one way.
	$(BIN)/lint-imports

# Built anew each time: a warning about a page that did not change would go unheard.
docs: $(VENV)/.ready-for-all ## Build the documentation into build/docs.
	$(BIN)/python -m sphinx --quiet --fresh-env --write-all --fail-on-warning docs build/docs
	@echo "The documentation is in build/docs/index.html."

looks: $(VENV)/.ready-for-test ## Look at every page of build/docs in a browser, in light and dark.
	$(BIN)/python -m tests.looks build/docs

pictures: $(VENV)/.ready-for-all ## Draw the pictures of the documentation anew; needs Graphviz.
	$(BIN)/python docs/_ext/pictures.py

# Outside the tree, and without the extras first: what a user gets, and nothing from src.
wheel: $(VENV)/.ready-for-all ## Build the wheel, install it elsewhere and try it.
	@rm -rf dist
	$(BIN)/python -m build --outdir dist > /dev/null
	@set -e; \
	tree="$$PWD"; elsewhere="$$(mktemp -d)"; trap 'rm -rf "$$elsewhere"' EXIT; \
	wheel="$$(ls "$$tree"/dist/complaintflow-*.whl)"; \
	"$$tree/$(BIN)/python" -m venv "$$elsewhere/venv"; \
	cd "$$elsewhere"; \
	pip="venv/bin/python -m pip --quiet --quiet --disable-pip-version-check"; \
	$$pip install "$$wheel"; \
	venv/bin/python -I "$$tree/tests/smoke_wheel.py" bare; \
	$$pip install "$$wheel[cli,testing]"; \
	venv/bin/python -I "$$tree/tests/smoke_wheel.py" extras

worlds: $(VENV)/.ready-for-test ## Look for a failing seed in WORLDS=100000 worlds, or tell SEED=17 again.
	$(BIN)/python -m tests.worlds $(or $(WORLDS),100000) $(if $(SEED),--seed $(SEED))

mutants: $(VENV)/.ready-for-test ## Count the mistakes in methods that the decisive stories find.
	$(BIN)/python -m tests.mutants

proofs: $(VENV)/.ready-for-test ## Compare what is searched with brute force on thousands of random methods.
	COMPLAINTFLOW_HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -q tests/verification/test_searching.py tests/verification/test_findings.py

audits: $(VENV)/.ready-for-test ## Audit a log of 100,000 cases, and find exactly what was planted.
	$(BIN)/python -m benchmarks.audits

benchmark: $(VENV)/.ready-for-all ## Measure the engine beside others, in one run.
	$(BIN)/python -m benchmarks

check: test lint types imports docs looks wheel ## Run every check (all but the benchmark).

clean: ## Remove everything that make has made, .venv included.
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The files below say what .venv is ready for; each is older than what it depends on, or the step
# is taken again. The demo needs little, the tests more, the other checks everything.

$(VENV)/.ready:
	@command -v $(PYTHON) > /dev/null || { \
		echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name one:" \
			"make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "complaintflow needs Python 3.11 or newer, and '$(PYTHON)' is" \
			"$$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
		echo "'$(PYTHON)' cannot make virtual environments: its 'venv' or 'ensurepip' is missing." \
			"Install it (Debian and Ubuntu: the package python3-venv) and try again." >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@# Dependency groups need pip 25.1.
	@$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.ready-for-demo: $(VENV)/.ready pyproject.toml
	@echo "Installing what the demo needs ..."
	@$(PIP) install --editable '.[cli]'
	@touch $@

$(VENV)/.ready-for-test: $(VENV)/.ready pyproject.toml
	@echo "Installing what the tests need (a minute, once) ..."
	@$(PIP) install --editable '.[$(EXTRAS)]' --group test
	@touch $@ $(VENV)/.ready-for-demo

$(VENV)/.ready-for-all: $(VENV)/.ready pyproject.toml
	@echo "Installing what all the checks need (a minute, once) ..."
	@$(PIP) install --editable '.[$(EXTRAS)]' --group dev
	@touch $@ $(VENV)/.ready-for-test $(VENV)/.ready-for-demo
