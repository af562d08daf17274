# Two commands do everything on a bare machine: `make demo` and `make test`. Both make their own .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPORA ?=
CACHE ?= out/encoded

.PHONY: demo test lint model semantic-model samples clean

demo: $(VENV)/installed
	mkdir -p out
	$(BIN)/sentilens score data/samples/export.csv -o out/scored.csv
	$(BIN)/sentilens trends out/scored.csv -o out/trends.csv
	$(BIN)/sentilens report data/samples/export.csv -o out/report.html --title "Telmira, Voltvik, Svippo and Korgata"
	@echo "Open out/report.html in a browser; out/scored.csv and out/trends.csv hold the figures."

test: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

$(VENV)/bin/python:
# Debian without python3-venv has no ensurepip; pip then moves in from outside.
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@ $(VENV)/installed

# For developers: rebuild the samples, and the default model from a folder of corpora.
samples: $(VENV)/installed
	$(BIN)/python tools/make_samples.py

model: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "wordfreq==3.1.1"
	$(BIN)/python tools/build_default_model.py --corpora $(CORPORA)

# Needs torch beside; CACHE is a folder that keeps what the encoder makes of the texts.
semantic-model: $(VENV)/installed-dev
	$(BIN)/python tools/build_semantic_model.py --corpora $(CORPORA) --cache $(CACHE)

clean:
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache
