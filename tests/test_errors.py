from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from sentilens import errors
from sentilens.errors import FileFormatError, InputError, ModelError, SentilensError

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SentilensError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_survives_pickling_and_copying(kind: type[SentilensError]) -> None:
    error = kind("Two columns are missing.", reason="columns", hint="Rename them.")
    error.add_note("seen by worker 3")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert twin.__dict__ == error.__dict__
        assert str(twin) == str(error)
        assert twin.args == error.args


def test_file_errors_keep_path_and_line() -> None:
    error = FileFormatError("A quote never closes.", reason="stray_quote", path="export.csv", line=17)
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.path, twin.line, twin.reason, twin.hint) == ("export.csv", 17, "stray_quote", "")
    assert str(twin) == "export.csv, line 17: A quote never closes."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SentilensError("Found this."), "Found this."),
        (SentilensError("Found this.", hint="Do that."), "Found this. Do that."),
        (FileFormatError("Bad.", path="a.csv", hint="Do that."), "a.csv: Bad. Do that."),
        (FileFormatError("Bad.", line=3), "Bad."),
    ],
)
def test_message_tells_what_where_and_what_next(error: SentilensError, told: str) -> None:
    assert str(error) == told


def test_one_except_clause_catches_each_family() -> None:
    assert {kind.__name__ for kind in CLASSES if issubclass(kind, ModelError)} == {
        "ModelError",
        "ModelFormatError",
        "ModelIntegrityError",
        "ModelVersionError",
    }
    assert issubclass(errors.LabelError, InputError)
    assert issubclass(errors.MissingColumnsError, InputError)
    assert issubclass(errors.DataQualityWarning, UserWarning)
