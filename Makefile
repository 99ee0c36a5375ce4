# Two commands do everything: `make demo` and `make test`. They need Python ≥ 3.11 and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-compile
DEMO_PERSONS ?= 3000
# Modules are read hundreds of times; where this is set, each time from their source.
unexport PYTHONDONTWRITEBYTECODE
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --quiet --python-version 3.11 --custom-compile-command "make lock" pyproject.toml

.PHONY: demo test check bench soak lock fix catalogues screenshots clean

demo: $(VENV)/.demo
	$(BIN)/waypost demo demo --persons $(DEMO_PERSONS)
	$(BIN)/waypost serve demo/shop --demo

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/codespell README.md docs changelog.d
	$(BIN)/python scripts/catalogues.py check

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

soak: $(VENV)/.test $(VENV)/.bench
	$(BIN)/python -m pytest -m soak
	$(BIN)/python -m benchmarks --events --store --side --growth 1000000 10000000 50000000 100000000 --output bench-data/growth.md

fix: $(VENV)/.check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

catalogues: $(VENV)/.check
	$(BIN)/python scripts/catalogues.py update

screenshots: $(VENV)/.test
	$(BIN)/python scripts/screenshots.py
	$(BIN)/python scripts/studio_pictures.py

lock: $(VENV)/.check
	$(PIP) uv
	$(LOCK) --group build -o requirements/demo.txt
	$(LOCK) --group build --group test -c requirements/demo.txt -o requirements/test.txt
	$(LOCK) --group build --group test --group check -c requirements/test.txt -o requirements/check.txt
	$(LOCK) --group build --group bench -c requirements/demo.txt -o requirements/bench.txt

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Waypost needs Python 3.11 or newer.')"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo $(VENV)/.test $(VENV)/.check $(VENV)/.bench: $(VENV)/.%: requirements/%.txt pyproject.toml hatch_build.py | $(VENV)/bin/python
	$(PIP) --require-hashes -r $<
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) node_modules demo .build screenshots
