# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
WAREHOUSE ?=
export WAREHOUSE

.PHONY: setup setup-dev run test check bench screens clean

setup: $(VENV)/.run        ## the environment that the app runs in

setup-dev: $(VENV)/.dev    ## and what tests and checks need

$(VENV)/.run: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

run: setup                 ## builds the demo book when there is no build yet, then starts the app
	@$(BIN)/python -m data.demo
	@$(BIN)/python -m ui.serve --port $(PORT)

test: setup-dev            ## every test, the browser journeys included
	@$(BIN)/python tests/install_browser.py
	@# What is compiled is kept, whatever the machine says: the workers, and every app and load that
	@# a test starts, read the same files.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal

check: setup-dev           ## format, lint, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/python -m pytest tests/test_rules.py

bench: setup-dev           ## one million loans: build, pages, memory, load; compared with the run before
	$(BIN)/python -m tests.bench

screens: setup-dev         ## a picture of every page, role, language, theme and width, in screens/
	@$(BIN)/python tests/install_browser.py
	$(BIN)/python -m tests.screens

clean:                     ## forget the environment and the demo build
	rm -rf $(VENV) data/demo data/warehouse
