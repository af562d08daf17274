from __future__ import annotations

import pandas as pd

from sentilens.report.details import describe, plain_mapping
from sentilens.report.sections.reading import _REJECTS
from sentilens.schema import REJECT_REASONS
from sentilens.wording import wording


def test_any_mapping_can_be_laid_out() -> None:
    words = wording()
    frame = pd.DataFrame({"language": ["sv"], "f1": [0.5]})
    source = {"b": {"deep": {"deeper": [1, 2]}}, "table": frame, "empty": [], "none": None, "flag": True, "n": 12345}
    node = describe(plain_mapping(source), words)
    assert node is not None
    pairs = dict(node.pairs)
    assert list(pairs) == ["B", "Table", "Flag", "N"]
    assert pairs["N"].text == "12,345"
    assert pairs["Flag"].text == "yes"
    assert (pairs["Table"].header, pairs["Table"].rows) == (("Language", "F1"), (("sv", "0.5"),))
    grid = describe(plain_mapping({"per_language": {"sv": {"f1": 0.5, "n": 3}, "da": {"f1": 0.25, "n": 4}}}), words)
    assert grid is not None
    figures = dict(grid.pairs)["Per language"]
    assert (figures.header, figures.rows) == (("", "F1", "N"), (("Sv", "0.5", "3"), ("Da", "0.25", "4")))
    assert describe({}, words) is None
    assert plain_mapping("not a mapping") == {}
    assert plain_mapping(None) == {}


def test_reasons_of_rejects_are_said_as_elsewhere() -> None:
    assert _REJECTS == REJECT_REASONS
