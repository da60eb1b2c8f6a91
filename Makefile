# thidua: `make run` serves the demo ward, `make test` checks everything that is fast.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Tests commit thousands of times; in memory that does not wait for a disk.
MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 {print "/dev/shm"}')
PYTEST := $(if $(MEMORY),TMPDIR=$(MEMORY)) $(BIN)/python -m pytest -n 2 --dist worksteal

.PHONY: help run test test-all check bench lock translations clean

help: ## Say what each target does
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q workflows engine forms documents webapp
	touch $(READY)

run: $(READY) ## Serve the demo ward at http://127.0.0.1:8000 (PORT=…)
	$(BIN)/thidua run --demo

test: $(READY) ## Check style, types and imports, then run the fast tests on both databases
	$(MAKE) --no-print-directory check
	$(PYTEST)

test-all: $(READY) ## The same with soak, race and crash runs at full length
	$(MAKE) --no-print-directory check
	THIDUA_TEST_LONG=1 $(PYTEST)

check: $(READY) ## ruff, mypy strict and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Measure the ladder over HTTP, the rules, votes, papers and the journal
	$(BIN)/python -m tests.benchmarks.ladder
	$(BIN)/python -m tests.benchmarks.eligibility
	$(BIN)/python -m tests.benchmarks.open_ballots
	$(BIN)/python -m tests.benchmarks.secret_ballots
	$(BIN)/python -m tests.benchmarks.closing
	$(BIN)/python -m tests.benchmarks.papers
	$(BIN)/python -m tests.benchmarks.journal
	$(BIN)/python -m tests.benchmarks.restoring
	$(BIN)/python -m tests.benchmarks.auditing
	$(BIN)/python -m tests.benchmarks.lists $(LISTS)
	$(BIN)/python -m tests.benchmarks.deadlines
	$(BIN)/python -m tests.benchmarks.startup

lock: ## Write the lock files anew: exact versions with hashes, no index addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

translations: $(READY) ## Bring the English catalog up to the texts in the source, and compile it
	$(BIN)/pybabel -q extract -F webapp/translations/babel.cfg -k _ -k _l -k lazy_gettext --no-location --sort-output --omit-header -o build.pot .
	$(BIN)/pybabel -q update -i build.pot -d webapp/translations -l en --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d webapp/translations
	rm build.pot

clean: ## Remove the environment and what was built
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
