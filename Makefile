# make run     start the product: address and sign-in link are printed, Ctrl-C stops it
# make test    all tests (SQLite, then PostgreSQL and Redis where found)      make lint    every check of the code
# make fix     format and repair what can be repaired                         make bench   speed, as ratios
# make demo    load the demo shop                                             make setup   only the environment
#
# From the environment: PYTHON, PORT, DAPJIGI_DATA, DATABASE_URL, BROKER_URL, DAPJIGI_SECRET_KEY, DAPJIGI_BASE_URL.

.PHONY: setup setup-run run demo test lint fix bench
.DEFAULT_GOAL := run
.NOTPARALLEL:

PY := .venv/bin/python
BIN := .venv/bin
# Checks must not touch the data of a running shop.
SCRATCH := DAPJIGI_DATA=$(CURDIR)/.venv/scratch DATABASE_URL= BROKER_URL=

# Many tests start the product: where Python may write no byte code, each of its processes would compile all of it.
PYTEST := PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n 2 --dist loadgroup

setup:
	@sh config/setup.sh dev

setup-run:
	@sh config/setup.sh run

run: setup-run
	@exec $(PY) manage.py serve

demo: setup-run
	@$(PY) manage.py migrate --verbosity 0 && exec $(PY) manage.py demo

test: setup
	@$(PY) -m tests.browser
	$(PYTEST)
	$(PY) -m tests.servers env $(PYTEST) -m both

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djangofmt --check --quiet templates
	$(BIN)/djangofmt check templates
	$(SCRATCH) $(PY) manage.py makemigrations --check --dry-run
	$(SCRATCH) DAPJIGI_BASE_URL=https://bot.example.com DAPJIGI_BEHIND_PROXY=1 \
		$(PY) manage.py check --deploy --fail-level WARNING

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djangofmt check --fix templates
	$(BIN)/djangofmt --quiet templates

bench: setup
	@exec $(PY) -m tests.bench
