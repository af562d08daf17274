"""The one-way flow of the package: a module imports only what stands before it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sentilens

SOURCE = Path(sentilens.__file__).parent

#: Layers from the bottom up. Modules of one layer may not import each other.
FLOW: tuple[tuple[str, ...], ...] = (
    ("errors", "schema"),
    ("spreadsheet", "wording", "head_columns", "label_words"),
    ("progress", "output", "calibration", "style"),
    ("xlsx",),
    ("tables", "brands", "copies"),
    ("privacy",),
    ("ingest",),
    ("normalize",),
    ("tokens",),
    ("language", "lexicon"),
    ("senses",),
    ("features",),
    ("heads",),
    ("model_file", "explanation", "packing", "answers"),
    ("scorer",),
    ("estimators", "semantic"),
    ("labelling", "near_copies", "own_classifier", "quoting"),
    ("evaluation", "judged"),
    ("resampling", "agreement"),
    ("comparison", "profile"),
    ("training", "scored_table"),
    ("scored_parquet",),
    ("batch", "trends", "drift", "side_by_side"),
    ("answering", "choosing", "drivers", "campaigns"),
    ("report",),
    ("training_page",),
    ("cli",),
    ("__main__",),
)
LAYER = {module: number for number, layer in enumerate(FLOW) for module in layer}
#: A model file tells which kind of scorer it needs; the semantic one is imported when a file asks for it. What a training gave
#: writes its own page, which is dressed like the report.
EXCEPTIONS = {("scorer", "semantic"), ("training", "training_page")}
#: Longest file, in lines.
MAX_LINES = 450

FILES = sorted(SOURCE.rglob("*.py"))
#: The package itself names the public modules and imports none of them when it is imported; see below.
MODULES = [path for path in FILES if path != SOURCE / "__init__.py"]


def module_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the top module of the package for each import, inside functions and for type checkers too."""
    package = ["sentilens", *path.relative_to(SOURCE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            # "from . import x" and "from sentilens import x" may name modules.
            targets = [[*base, alias.name] for alias in node.names]
        else:
            continue
        for target in targets:
            if target[0] == "sentilens" and len(target) > 1 and target[1] in LAYER:
                yield node.lineno, target[1]


def test_every_module_has_its_place_in_the_flow() -> None:
    modules = {module_of(path) for path in MODULES}
    assert modules == set(LAYER), "give new modules a place in FLOW, and take away the places of old ones"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_only_what_stands_before(path: Path) -> None:
    module = module_of(path)
    wrong = [
        f"line {line}: {module} imports {target}"
        for line, target in imports_of(path)
        if target != module and LAYER[target] >= LAYER[module] and (module, target) not in EXCEPTIONS
    ]
    assert not wrong


def test_exceptions_are_needed() -> None:
    found = {(module_of(path), target) for path in FILES for _, target in imports_of(path)}
    assert found >= EXCEPTIONS


def test_the_reader_of_imports_sees_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from . import report\nfrom ..scorer import load_model\nimport sentilens.batch as b\ndef f():\n    from sentilens import cli\n"
    path = tmp_path / "trends" / "table.py"
    path.parent.mkdir()
    path.write_text(source + "import numpy\nfrom .periods import x\n", encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "SOURCE", tmp_path)
    assert sorted(target for _, target in imports_of(path)) == ["batch", "cli", "scorer", "trends", "trends"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < MAX_LINES


def test_importing_is_free() -> None:
    heavy = "pandas numpy sklearn scipy matplotlib pyarrow nltk ftfy phonenumbers typer tqdm".split()
    code = f"import sys, sentilens; sentilens.__version__; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_loading_a_model_needs_no_training() -> None:
    heavy = "sklearn scipy matplotlib nltk ftfy phonenumbers langdetect".split()
    code = f"import sys, sentilens; sentilens.load_model(); print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_scoring_needs_no_plots() -> None:
    code = (
        "import sys, sentilens; sentilens.PostScorer, sentilens.score_file, sentilens.train; print('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_public_names_resolve_and_are_documented() -> None:
    assert set(dir(sentilens)) == set(sentilens.__all__)
    for name in sentilens.__all__:
        assert name == "__version__" or (getattr(sentilens, name).__doc__ or "").strip(), name
    with pytest.raises(AttributeError, match="no_such_name"):
        sentilens.no_such_name  # noqa: B018
