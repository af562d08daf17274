# Two commands do everything on a bare machine: `make demo` and `make test`. Both make their own .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPORA ?=
CACHE ?= out/encoded

.PHONY: demo test lint model semantic-model samples versions clean

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
	$(BIN)/pytest -n auto --dist worksteal

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

# The same model file must score the same under the lowest and the newest versions of all packages.
VERSION_TESTS := tests/test_golden_models.py tests/test_hostile_models.py tests/test_model_file.py tests/test_scorer.py \
	tests/test_features.py tests/test_classifiers.py tests/test_profile.py tests/drift tests/training tests/cli/test_model.py

versions: $(VENV)/installed-dev
	mkdir -p out/versions
	$(BIN)/python tools/lowest_versions.py > out/versions/lowest.txt
	sed 's/==.*//' out/versions/lowest.txt > out/versions/newest.txt
	for kind in lowest newest; do \
		$(PYTHON) -m venv out/versions/$$kind && \
		out/versions/$$kind/bin/python -m pip install --quiet --disable-pip-version-check -r out/versions/$$kind.txt && \
		PYTHONPATH=src out/versions/$$kind/bin/python -m pytest -p no:cacheprovider -W ignore::DeprecationWarning $(VERSION_TESTS) && \
		PYTHONPATH=src out/versions/$$kind/bin/python tools/version_scores.py write out/versions/$$kind.json || exit 1; \
	done
	PYTHONPATH=src $(BIN)/python tools/version_scores.py compare out/versions/lowest.json out/versions/newest.json

clean:
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache
