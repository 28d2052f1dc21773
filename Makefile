# Bulian 补链. Two commands do everything: `make demo` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
PYTEST_WORKERS ?= 3
# workers share the cores: threads of linear algebra that wait for each other take three times the processor's time
ONE_THREAD := OMP_NUM_THREADS=1
# a command that may not keep its compiled modules compiles hundreds of them at each start
unexport PYTHONDONTWRITEBYTECODE

# suites of the workflow that need no graph: those of every `make test`, and all others of `make postgres`
ON_POSTGRES := $(addprefix tests/web/test_,states.py objections.py agreements.py expert_review.py pool.py)
ALL_ON_POSTGRES := $(addprefix tests/web/test_,inquiries.py applications.py accounts.py)
# where work is killed, each kind as often as the others
KILLED := tests/faults tests/contract/test_switch.py tests/web/test_outbox.py tests/web/test_db.py

.PHONY: help setup setup-test demo test test-extras long postgres fuzz faults lint bench pictures licences audit docs clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

setup:  ## the program and its third-party parts, in .venv and the parts folder
	@PYTHON=$(PYTHON) sh scripts/setup.sh

setup-test:  ## the same with what the tests need, the browser included
	@PYTHON=$(PYTHON) sh scripts/setup.sh test,lint
	@sh scripts/system-packages.sh
	@$(BIN)/python -m tests.java_classes

demo: setup  ## load the demo corpus, print a ranked shortlist with its evidence, serve the pages
	@$(BIN)/bulian demo

lint:  ## ruff, mypy, import-linter, djlint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint --lint --quiet web/templates

test: setup-test lint  ## everything that must hold, on a real Neo4j and in a real browser
	@$(ONE_THREAD) $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup -m "not bench and not long"
	@$(ONE_THREAD) BULIAN_TEST_STORE=postgres $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup $(ON_POSTGRES)

postgres: setup-test  ## the suites of the workflow with their stores in PostgreSQL, in a cluster of their own
	@$(ONE_THREAD) BULIAN_TEST_STORE=postgres $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup $(ON_POSTGRES) $(ALL_ON_POSTGRES)

test-extras: setup-test  ## what the extras add, each in an environment of its own
	@sh scripts/test-extras.sh

long: setup-test  ## tests that take minutes each: rankings of whole halves, further kills
	@$(ONE_THREAD) $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup -m long

fuzz: setup-test  ## broken, hostile and absurd documents through readers and rules, for minutes (SECONDS=600)
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600)

faults: setup-test  ## nine kinds of work killed with -9 at random moments, each its share (KILLS=200 in all), and counted
	@$(ONE_THREAD) BULIAN_KILLS=$(or $(KILLS),200) $(BIN)/pytest -n 0 $(KILLED) -k killed

bench: setup-test  ## speed and memory, as JSON in .bench/
	@$(BIN)/pytest -m bench -n 0

pictures: setup-test  ## pictures of the demo's pages for README and docs, into docs/pictures
	@$(BIN)/python -m tests.browser.pictures

licences: .venv-audit/bin/pip-audit  ## docs/licences.md: all parts with their licences, asked from the package index
	@$(BIN)/python scripts/licences.py

audit: .venv-audit/bin/pip-audit  ## known holes in pinned packages, asked from the package index by pip-audit
	@.venv-audit/bin/python scripts/audit.py

.venv-audit/bin/pip-audit:
	@$(PYTHON) -m venv .venv-audit && .venv-audit/bin/python -m pip install -q -U pip pip-audit

docs: setup-test  ## the documentation as a site in build/site, every link and anchor checked
	@$(BIN)/python scripts/site.py build/site

clean:  ## everything that make made here (not the parts folder, not the data folder)
	@rm -rf .venv .venv-* .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
