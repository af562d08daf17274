from __future__ import annotations

import pandas as pd
import pytest

from sentilens.errors import ConfigError
from sentilens.model_file import write_model_bytes
from sentilens.scorer import PostScorer, load_model
from sentilens.training import check_rebuild, train


def test_the_same_posts_give_the_same_file(model: PostScorer, labelled: pd.DataFrame) -> None:
    ours = train(labelled, model, name="telmira", facts={"author": "insight", "created": "2026-11-22"}).model
    found = check_rebuild(ours, labelled, model)
    assert (found.same_data, found.same_bytes, found.differences) == (True, True, [])


def test_another_label_is_another_digest(model: PostScorer, labelled: pd.DataFrame) -> None:
    ours = train(labelled, model).model
    changed = labelled.assign(complaint=["nej", *labelled["complaint"][1:]])
    found = check_rebuild(ours, changed, model)
    assert (found.same_data, found.same_bytes) == (False, False)


def test_weights_that_were_changed_by_hand_are_named(model: PostScorer, labelled: pd.DataFrame) -> None:
    ours = train(labelled, model).model
    arrays = {**ours.arrays, "complaint.intercept": ours.arrays["complaint.intercept"] + 2.0}
    bent = load_model(write_model_bytes({**ours.manifest, "n_posts": 9_999}, arrays))
    found = check_rebuild(bent, labelled, model)
    assert found.same_data
    assert not found.same_bytes
    assert found.differences == ["manifest: n_posts", "complaint.intercept: differs by up to 2"]


def test_models_that_cannot_be_rebuilt(model: PostScorer, labelled: pd.DataFrame) -> None:
    with pytest.raises(ConfigError) as caught:
        check_rebuild(model, labelled, model)
    assert caught.value.reason == "no_digest"
    with pytest.raises(ConfigError) as other:
        check_rebuild(train(labelled, model).model, labelled)
    assert other.value.reason == "other_base"
