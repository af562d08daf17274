"""Hold the estimators to their contract, and see what scikit-learn's own checks say."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import joblib
import pytest
from scipy import sparse
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import check_estimator
from tests.estimators import contract
from tests.estimators.contract import (
    CLASSIFIERS,
    HAS_TAGS,
    OF_ALL,
    OF_CLASSIFIERS,
    OF_TRANSFORMERS,
    SUBJECTS,
    TEXTS,
    TRANSFORMERS,
)

from sentilens.errors import TextError

PAIRS = [
    *((name, check) for check in OF_ALL for name in SUBJECTS),
    *((name, check) for check in OF_CLASSIFIERS for name in CLASSIFIERS),
    *((name, check) for check in OF_TRANSFORMERS for name in TRANSFORMERS),
]

#: The checks of scikit-learn that need tables of numbers, and the checks of ours that stand for them.
STANDS_FOR = {
    "check_all_zero_sample_weights_error": "check_sample_weight",
    "check_classifier_data_not_an_array": "check_containers",
    "check_classifier_not_supporting_multiclass": "check_tags",
    "check_classifiers_classes": "check_containers_of_labels",
    "check_classifiers_one_label": "check_bad_labels",
    "check_classifiers_one_label_sample_weights": "check_bad_labels",
    "check_classifiers_regression_target": "check_bad_labels",
    "check_classifiers_train": "check_learns",
    "check_complex_data": "check_no_texts",
    "check_decision_proba_consistency": "check_probabilities",
    "check_dict_unchanged": "check_use_changes_nothing",
    "check_dont_overwrite_parameters": "check_attributes_end_in_underscore",
    "check_dtype_object": "check_containers",
    "check_estimator_sparse_array": "check_no_texts",
    "check_estimator_sparse_matrix": "check_no_texts",
    "check_estimator_sparse_tag": "check_tags",
    "check_estimators_dtypes": "check_no_texts",
    "check_estimators_empty_data_messages": "check_no_posts",
    "check_estimators_fit_returns_self": "check_fit_returns_self_and_leaves_parameters",
    "check_estimators_overwrite_params": "check_fit_returns_self_and_leaves_parameters",
    "check_estimators_pickle": "check_pickle",
    "check_f_contiguous_array_estimator": "check_containers",
    "check_fit2d_1feature": "check_no_texts",
    "check_fit2d_1sample": "check_no_texts",
    "check_fit2d_predict1d": "check_no_texts",
    "check_fit_check_is_fitted": "check_unfitted",
    "check_fit_idempotent": "check_fit_again_is_fit_anew",
    "check_fit_score_takes_y": "check_fit_transform",
    "check_methods_sample_order_invariance": "check_order_of_texts",
    "check_methods_subset_invariance": "check_order_of_texts",
    "check_n_features_in": "check_metadata",
    "check_n_features_in_after_fitting": "check_metadata",
    "check_pipeline_consistency": "check_pipeline",
    "check_positive_only_tag_during_fit": "check_tags",
    "check_readonly_memmap_input": "check_input_untouched",
    "check_requires_y_none": "check_bad_labels",
    "check_sample_weight_equivalence_on_dense_data": "check_sample_weight",
    "check_sample_weights_list": "check_sample_weight",
    "check_sample_weights_not_an_array": "check_sample_weight",
    "check_sample_weights_not_overwritten": "check_sample_weight",
    "check_sample_weights_pandas_series": "check_sample_weight",
    "check_sample_weights_shape": "check_sample_weight",
    "check_supervised_y_2d": "check_containers_of_labels",
    "check_transformer_data_not_an_array": "check_containers",
    "check_transformer_general": "check_fit_transform",
    "check_transformer_preserve_dtypes": "check_fit_transform",
    "check_transformers_unfitted_stateless": "check_unfitted",
}


@pytest.mark.parametrize(("name", "check"), PAIRS, ids=lambda value: value if isinstance(value, str) else value.__name__)
def test_contract(name: str, check: Callable[[Any], None]) -> None:
    check(SUBJECTS[name])


def test_every_check_is_listed_and_says_why() -> None:
    written = {
        value for name, value in vars(contract).items() if name.startswith("check_") and inspect.getmodule(value) is contract
    }
    assert written == {*OF_ALL, *OF_CLASSIFIERS, *OF_TRANSFORMERS}
    assert all(len((check.__doc__ or "").split()) > 8 for check in written)


@pytest.mark.parametrize("name", SUBJECTS)
def test_scikit_learn_passes_over_estimators_of_texts(name: str) -> None:
    """`check_estimator` runs, and says itself that it skips all but the first check."""
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        check_estimator(SUBJECTS[name].make())


@pytest.mark.skipif(not HAS_TAGS, reason="before scikit-learn 1.6 the first failure ends the run")
@pytest.mark.parametrize("name", SUBJECTS)
def test_what_scikit_learn_would_say_of_an_estimator_of_numbers(name: str) -> None:
    """Told that the estimator takes tables, it runs all checks: they pass, or fail for nothing but numbers in the place of
    texts, and then one of ours stands for them.
    """
    kind = type(SUBJECTS[name].make())

    def __sklearn_tags__(self: Any) -> Any:
        tags = kind.__sklearn_tags__(self)
        tags.input_tags.two_d_array, tags.input_tags.one_d_array = True, False
        return tags

    pretender = type(
        kind.__name__, (kind,), {"__init__": lambda self: kind.__init__(self), "__sklearn_tags__": __sklearn_tags__}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(pretender(), on_fail=None, on_skip=None)
    failed = {result["check_name"]: result["exception"] for result in results if result["status"] == "failed"}
    for check, error in failed.items():
        assert any(isinstance(cause, TextError) for cause in _causes(error)), f"{check}: {error!r}"
    written = {check.__name__ for check in (*OF_ALL, *OF_CLASSIFIERS, *OF_TRANSFORMERS)}
    assert {STANDS_FOR.get(check, "nothing") for check in failed} <= written
    assert sum(result["status"] == "passed" for result in results) >= 10


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_estimators_work_in_workers() -> None:
    """Fitted in another process they say the same, to the bit; fitted here they say the same there."""
    fitted = {name: subject.fitted() for name, subject in SUBJECTS.items()}
    with joblib.Parallel(n_jobs=2) as parallel:
        there = parallel(joblib.delayed(subject.make().fit)(TEXTS, subject.labels) for subject in SUBJECTS.values())
        methods = [fitted[name].predict_proba if name in CLASSIFIERS else fitted[name].transform for name in SUBJECTS]
        said = parallel(joblib.delayed(method)(TEXTS) for method in methods)
    for name, back, result in zip(SUBJECTS, there, said, strict=True):
        expected = contract.outcome(fitted[name], TEXTS)
        assert contract.same(contract.outcome(back, TEXTS), expected)
        assert contract.same(result.toarray() if sparse.issparse(result) else result, expected)
