# Each target makes .venv when it is not there yet, and does the rest.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
BIN := .venv/bin
READY := .venv/ready
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# As many processes as cores work side by side: a second thread in each would only wait for the others.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: demo test quick thorough browser scale walk lab lint frameworks wheels site lite pyodide clean

demo: $(READY) ## grade an invented class in the sandbox: gradebook, feedback, report in build/demo
	$(BIN)/python -m autograder demo

test: $(READY) lint ## every check of this repository
	$(BIN)/python -m autograder build --check
	$(BIN)/python -m autograder audit --draws 1 --json build/audit.json
	$(PYTEST)

quick: $(READY) ## what to run after every change: no sandbox, no browser, under a minute
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(PYTEST) --dist worksteal -q -m "not slow" tests/unit

wheels: $(READY) ## build both wheels, and use the students' one in an environment of its own
	$(BIN)/python -m tests.wheels build/wheels

browser: $(READY) .venv-lab/ready ## a student's whole way in JupyterLab, in Chromium; WHAT= names some of its tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable 'packaging/grader[browser]'
	$(BIN)/python -m pytest $(or $(WHAT),tests/browser)

thorough: $(READY) ## three draws; every variant of every attack through every door; every notebook in every way; more kills; hours
	$(BIN)/python -m autograder audit --json build/audit.json
	RNNCOURSE_EVERY_VARIANT=1 $(PYTEST)

scale: $(READY) ## a Dask cluster and PostgreSQL with real servers, which it stops; SHORT=1 for the quick ones
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable 'packaging/grader[cluster,postgres]'
	$(BIN)/python -m pytest tests/scale $(if $(SHORT),-m "not slow")

walk: $(READY) ## every command of docs/new_course.md, in order: it installs that course, and removes it again
	$(BIN)/python -m tests.walk build/walk

frameworks: ## notebook 09 with TensorFlow and JAX, in an environment of its own (2.5 GB, a few minutes)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found."; exit 1; }
	$(PYTHON) tests/with_frameworks.py

site: $(BIN)/site-ready ## the site in build/site, with its links, formulas and looks checked
	$(BIN)/python -m docs.building
	$(PYTEST) --dist worksteal -q tests/site

lite: $(BIN)/site-ready ## the course in the browser, in build/site/lite; PYODIDE_DIST=FOLDER has Python, else its public host
	$(BIN)/python -m docs.building.lite
	$(MAKE) site

pyodide: $(READY) ## what npm and PyPI have of Pyodide, in build/pyodide: enough to start a kernel without its public host
	$(BIN)/python -m docs.building.distribution build/pyodide

$(BIN)/site-ready: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable 'packaging/grader[site]'
	@touch $@

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: .venv-lab/ready ## open the course, with what students have and nothing of the grader
	cd notebooks && ../.venv-lab/bin/jupyter lab --config=../packaging/lab/jupyter_lab_config.py $(if $(filter 0,$(shell id -u)),--allow-root)

$(READY): pyproject.toml packaging/grader/pyproject.toml
.venv-lab/ready: pyproject.toml
.venv/ready: INSTALLED := --editable . --editable 'packaging/grader[dev]'
.venv-lab/ready: INSTALLED := --editable '.[lab]'

.venv/ready .venv-lab/ready:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it, or run: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(@D) || { echo "Making $(@D) failed. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(INSTALLED)
	@touch $@

clean: ## remove everything that can be made again
	rm -rf .venv .venv-lab .venv-lite .venv-frameworks build .pytest_cache .mypy_cache .ruff_cache .hypothesis
