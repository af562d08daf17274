"""Models that earlier releases wrote load and score as they did then (`tools/make_golden_models.py` writes them)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sentilens as sl
from sentilens.model_file import FORMAT_VERSION, inspect_model
from sentilens.profile import read_profile

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.sentilens"))


def test_there_is_one_of_this_release_and_of_each_format() -> None:
    assert any(path.name.startswith(f"{sl.__version__}-") for path in GOLDEN)
    assert {inspect_model(path)["format_version"] for path in GOLDEN} == set(range(1, FORMAT_VERSION + 1))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_it_scores_as_it_did(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    model = sl.load_model(path)
    assert model.model_id == expected["model_id"]
    scores = model.score(expected["texts"])
    for name, values in expected["scores"].items():
        if all(value is None or (isinstance(value, float) and not isinstance(value, bool)) for value in values):
            given = np.asarray([np.nan if value is None else value for value in values], dtype=np.float64)
            np.testing.assert_allclose(scores[name].to_numpy(dtype=np.float64, na_value=np.nan), given, rtol=0, atol=1e-6)
        else:
            assert scores[name].astype(object).where(scores[name].notna(), None).tolist() == values, name
    assert pd.Series(expected["scores"]["complaint_probability"]).nunique() > 20


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_it_can_be_written_again_and_trained_from(path: Path, labelled: pd.DataFrame) -> None:
    model = sl.load_model(path)
    assert sl.load_model(model.to_bytes()).model_id == model.model_id
    assert (read_profile(model) is not None) == ("profile" in model.manifest)
    assert sl.train(labelled, model).model.manifest["base"] == model.model_id
