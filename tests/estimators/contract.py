"""What the estimators promise to scikit-learn: our own contract suite.

`sklearn.utils.estimator_checks.check_estimator` feeds tables of numbers, and so runs next to nothing on estimators of texts.
Each check here stands for one or several of its checks, or for a way in which estimators of texts are used that it has no
check for. A check takes a `Subject` and says in its docstring what it holds and why.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sklearn
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.utils import estimator_html_repr
from sklearn.utils.fixes import parse_version
from sklearn.utils.validation import check_is_fitted

from sentilens.errors import LabelError, SentilensError, TextError
from sentilens.estimators import (
    ComplaintClassifier,
    LanguageIdentifier,
    PostFeaturizer,
    SentimentClassifier,
    TextNormalizer,
)

HAS_TAGS = parse_version(sklearn.__version__) >= parse_version("1.6")
BUCKETS = 1 << 9

TEXTS = [
    "Paketet kom aldrig fram",
    "Appen kraschar hela tiden",
    "Ingen svarar i kundtjänst",
    "Fakturan är fel igen",
    "Tack för snabb hjälp!",
    "Så nöjd med köpet 😊",
    "Bästa personalen, toppen",
    "Älskar den nya appen",
    "När öppnar ni på lördag?",
    "Finns den i blått?",
    "Butiken ligger vid torget",
    "Har ni parkering?",
    "Ei koskaan saapunut, paketti on hukassa",
    "Kukaan ei vastaa, odotan vieläkin",
    "Kiitos, todella hyvä palvelu",
    "Mihin aikaan myymälä avautuu",
]
SENTIMENTS = ["negative"] * 4 + ["positive"] * 4 + ["neutral"] * 4 + ["negative"] * 2 + ["positive", "neutral"]
COMPLAINTS = [1] * 4 + [0] * 8 + [1, 1, 0, 0]
LANGUAGES = ["sv"] * 12 + ["fi"] * 4


@dataclass(frozen=True)
class Subject:
    """An estimator under contract.

    Attributes
    ----------
    make : callable
        Gives a new one, small enough to be fitted in no time.
    labels : sequence
        Labels of `TEXTS` that it learns from.
    grid : dict
        A parameter and two values of it.
    """

    make: Callable[[], Any]
    labels: Sequence[Any]
    grid: dict[str, list[Any]]

    def fitted(self, X: Any = TEXTS, y: Any = None, **more: Any) -> Any:
        return self.make().fit(X, self.labels if y is None else y, **more)


SUBJECTS = {
    "SentimentClassifier": Subject(lambda: SentimentClassifier(n_buckets=BUCKETS), SENTIMENTS, {"C": [0.1, 10.0]}),
    "ComplaintClassifier": Subject(lambda: ComplaintClassifier(n_buckets=BUCKETS), COMPLAINTS, {"C": [0.1, 10.0]}),
    "LanguageIdentifier": Subject(
        lambda: LanguageIdentifier(pretrained=False, n_buckets=BUCKETS), LANGUAGES, {"ngram_max": [1, 3]}
    ),
    "PostFeaturizer": Subject(lambda: PostFeaturizer(n_buckets=BUCKETS), COMPLAINTS, {"ngram_max": [2, 4]}),
    "TextNormalizer": Subject(lambda: TextNormalizer(), COMPLAINTS, {"keep_handles": [(), ("@svippo",)]}),
}
CLASSIFIERS = [name for name, subject in SUBJECTS.items() if is_classifier(subject.make())]
TRANSFORMERS = [name for name in SUBJECTS if name not in CLASSIFIERS]

#: The same texts in every container that people have them in.
CONTAINERS: dict[str, Callable[[Sequence[str | None]], Any]] = {
    "list": list,
    "tuple": tuple,
    "generator": lambda texts: (text for text in texts),
    "object array": lambda texts: np.asarray(texts, dtype=object),
    "column array": lambda texts: np.asarray(texts, dtype=object)[:, None],
    "object Series": lambda texts: pd.Series(texts, dtype=object, index=range(7, 7 + len(texts))),
    "string[python]": lambda texts: pd.Series(texts, dtype="string[python]"),
    "string[pyarrow]": lambda texts: pd.Series(texts, dtype="string[pyarrow]"),
    "Arrow-backed": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "categorical": lambda texts: pd.Series(texts, dtype="category"),
    "Index": lambda texts: pd.Index(texts, dtype=object),
    "one-column table": lambda texts: pd.DataFrame({"text": pd.Series(texts, dtype=object)}),
    "Arrow array": lambda texts: pa.array(texts, pa.string()),
    "large Arrow array": lambda texts: pa.array(texts, pa.large_string()),
    "Arrow chunks": lambda texts: pa.chunked_array([pa.array(texts[:5], pa.string()), pa.array(texts[5:], pa.string())]),
    "Arrow dictionary": lambda texts: pa.array(texts, pa.string()).dictionary_encode(),
    "Arrow table": lambda texts: pa.table({"text": pa.array(texts, pa.string())}),
    "Arrow scalars": lambda texts: list(pa.array(texts, pa.string())),
}

#: What is no column of texts, and what the message must say of it.
NO_TEXTS: dict[str, tuple[Any, str]] = {
    "one text": ("Paketet", "list"),
    "bytes": (b"Paketet", "list"),
    "an array of one text": (np.array("Paketet"), "list"),
    "bytes in a list": ([text.encode() for text in TEXTS], "Decode"),
    "an array of bytes": (np.asarray(["a", "b"], dtype="S1"), "Decode"),
    "whole numbers": (list(range(16)), "int"),
    "an array of numbers": (np.arange(16.0), "float"),
    "one number among texts": ([*TEXTS[:-1], 7], "at place 15"),
    "truth values": ([True] * 16, "bool"),
    "a Series of numbers": (pd.Series(range(16)), "int"),
    "times": (pd.date_range("2026-01-05", periods=16), "Timestamp"),
    "texts in lists": ([[text] for text in TEXTS], "list"),
    "a table of texts": (pd.DataFrame({"text": TEXTS, "title": TEXTS}), "posts['text']"),
    "a table of numbers": (np.zeros((16, 3)), "table"),
    "a column of numbers": (np.zeros((16, 1)), "float"),
    "three dimensions": (np.asarray(TEXTS, dtype=object).reshape(16, 1, 1), "table"),
    "a sparse matrix": (sparse.csr_matrix((16, 1)), "table"),
    "a dict": ({"text": TEXTS}, "dict"),
    "a set": (set(TEXTS), "set"),
    "a number": (5, "int"),
    "None": (None, "NoneType"),
}


def outcome(estimator: Any, X: Any) -> Any:
    """Give what an estimator makes of texts, in a form that can be compared to the last bit."""
    result = estimator.predict_proba(X) if is_classifier(estimator) else estimator.transform(X)
    return result.toarray() if sparse.issparse(result) else np.asarray(result)


def same(a: Any, b: Any) -> bool:
    return a.shape == b.shape and (a == b).all()


def as_classifier(subject: Subject) -> Any:
    """Give a classifier: the subject, or the subject with what may follow it in a pipeline."""
    estimator = subject.make()
    if is_classifier(estimator):
        return estimator
    more = [TfidfVectorizer()] if isinstance(estimator, TextNormalizer) else []
    return make_pipeline(estimator, *more, LogisticRegression())


# --- of all estimators ------------------------------------------------------------------------------------------------


def check_clone(subject: Subject) -> None:
    """Clones are new, unfitted, and have equal parameters: all model selection begins with them."""
    fitted = subject.fitted()
    twin = clone(fitted)
    assert twin is not fitted
    assert {k: repr(v) for k, v in twin.get_params().items()} == {k: repr(v) for k, v in fitted.get_params().items()}
    assert not [name for name in vars(twin) if name.endswith("_")]


def check_parameters(subject: Subject) -> None:
    """``__init__`` keeps its arguments as they are, ``set_params`` sets them and returns self, unknown ones are refused."""
    estimator = subject.make()
    for name, values in subject.grid.items():
        for value in values:
            assert estimator.set_params(**{name: value}) is estimator
            assert getattr(estimator, name) is value
            assert getattr(type(estimator)(**{name: value}), name) is value
    with pytest.raises(ValueError, match="no_such"):
        estimator.set_params(no_such=1)


def check_constructor_never_fails(subject: Subject) -> None:
    """Bad values of parameters are found in ``fit``, not before: grids and ``set_params`` build first and check later."""
    for name in subject.make().get_params(deep=False):
        type(subject.make())().set_params(**{name: "no such value"})


def check_defaults(subject: Subject) -> None:
    """The class can be made without arguments, and its repr then names no parameter."""
    estimator = type(subject.make())()
    assert repr(estimator) == f"{type(estimator).__name__}()"


def check_fit_returns_self_and_leaves_parameters(subject: Subject) -> None:
    """``fit`` returns self; parameters stay the same objects with the same content, nested estimators too."""
    estimator = subject.make()
    if "identifier" in estimator.get_params():
        estimator.set_params(identifier=LanguageIdentifier())
    before = estimator.get_params()
    contents = {name: deepcopy(getattr(value, "__dict__", value)) for name, value in before.items()}
    assert estimator.fit(TEXTS, subject.labels) is estimator
    outcome(estimator, TEXTS)
    after = estimator.get_params()
    assert all(after[name] is before[name] for name in before)
    assert contents == {name: getattr(value, "__dict__", value) for name, value in after.items()}


def check_attributes_end_in_underscore(subject: Subject) -> None:
    """``fit`` adds attributes that end in an underscore or begin with one, and no others."""
    estimator = subject.make()
    before = set(vars(estimator))
    added = set(vars(estimator.fit(TEXTS, subject.labels))) - before
    assert all(name.endswith("_") or name.startswith("_") for name in added)


def check_use_changes_nothing(subject: Subject) -> None:
    """Predicting and transforming leave the attributes alone, so that one estimator may serve several threads."""
    estimator = subject.fitted()
    before = {name: id(value) for name, value in vars(estimator).items()}
    outcome(estimator, TEXTS)
    assert before == {name: id(value) for name, value in vars(estimator).items()}


def check_fit_again_is_fit_anew(subject: Subject) -> None:
    """A second ``fit`` forgets the first: nothing is left of other texts, labels or columns."""
    again = subject.make().fit(pd.DataFrame({"body": TEXTS[::-1]}), list(subject.labels)[::-1]).fit(TEXTS, subject.labels)
    assert same(outcome(again, TEXTS), outcome(subject.fitted(), TEXTS))
    assert not hasattr(again, "feature_names_in_")


def check_deterministic(subject: Subject) -> None:
    """Two fits give the same bits, whatever the state of the global random generators."""
    results = []
    for seed in (0, 1):
        np.random.seed(seed)  # noqa: NPY002
        results.append(outcome(subject.fitted(), TEXTS))
    assert results[0].tobytes() == results[1].tobytes() or same(*results)


def check_containers(subject: Subject) -> None:
    """Texts are texts, in whatever container, for ``fit`` and after it; gaps are empty texts."""
    gaps = [None if i in (3, 11) else text for i, text in enumerate(TEXTS)]
    filled = [text or "" for text in gaps]
    fitted = subject.fitted(filled)
    expected = outcome(fitted, filled)
    for name, container in CONTAINERS.items():
        assert same(outcome(fitted, container(gaps)).reshape(expected.shape), expected), name
    assert same(outcome(fitted, np.asarray(filled)), expected), "U array"
    for name in ("generator", "object Series", "one-column table", "Arrow chunks"):
        assert same(outcome(subject.fitted(CONTAINERS[name](gaps)), filled), expected), name


def check_gaps(subject: Subject) -> None:
    """None, NaN, NA and NaT are empty texts, even if there is nothing else."""
    estimator = subject.fitted()
    empty = outcome(estimator, [""])
    for gap in (None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT):
        assert same(outcome(estimator, [gap]), empty)
    assert same(outcome(estimator, pd.Series([np.nan])), empty)


def check_no_texts(subject: Subject) -> None:
    """What is no column of texts is refused by ``fit`` and after it, with a message that tells the way on and quotes no post.

    scikit-learn raises ValueError; so does TextError, which is one.
    """
    fitted = subject.fitted()
    for name, (wrong, told) in NO_TEXTS.items():
        for use in (lambda X: subject.make().fit(X, subject.labels), lambda X: outcome(fitted, X)):
            with pytest.raises(TextError) as caught:
                use(wrong)
            assert isinstance(caught.value, ValueError), name
            assert told in str(caught.value), name
            assert not [text for text in TEXTS if text in str(caught.value)], name


def check_no_posts(subject: Subject) -> None:
    """Nothing can be learnt from no texts, but no texts can be scored: an export may have an empty week."""
    with pytest.raises(ValueError, match="0 sample"):
        subject.make().fit([], [])
    assert len(outcome(subject.fitted(), [])) == 0


def check_metadata(subject: Subject) -> None:
    """There is one input feature, the text, known by the name of its column if it came in a table.

    A table with another column is refused as everywhere in scikit-learn; a bare column has no name to compare.
    """
    estimator = subject.fitted()
    assert estimator.n_features_in_ == 1
    assert not hasattr(estimator, "feature_names_in_")
    estimator = subject.fitted(pd.DataFrame({"text": TEXTS}))
    assert estimator.feature_names_in_.tolist() == ["text"]
    assert estimator.feature_names_in_.dtype == object
    expected = outcome(estimator, pd.DataFrame({"text": TEXTS}))
    assert same(outcome(estimator, pd.Series(TEXTS, name="body")).reshape(expected.shape), expected)
    with pytest.raises(ValueError, match=r"'body'.*'text'"):
        outcome(estimator, pd.DataFrame({"body": TEXTS}))


def check_tags(subject: Subject) -> None:
    """Tags say: texts in one dimension, gaps welcome, and what is learnt from labels; for old and new scikit-learn."""
    estimator = subject.make()
    if HAS_TAGS:
        from sklearn.utils import get_tags

        tags = get_tags(estimator)
        assert (tags.input_tags.string, tags.input_tags.one_d_array, tags.input_tags.two_d_array) == (True, True, False)
        assert tags.input_tags.allow_nan
        assert not tags.input_tags.sparse
        assert tags.target_tags.required == is_classifier(estimator)
        assert tags.requires_fit == is_classifier(estimator)
        if is_classifier(estimator):
            assert tags.classifier_tags.multi_class == (not isinstance(estimator, ComplaintClassifier))
    else:
        tags = estimator._get_tags()
        assert tags["X_types"] == ["1darray", "string"]
        assert tags["allow_nan"]
        assert tags["requires_y"] == tags["requires_fit"] == is_classifier(estimator)
        assert tags["binary_only"] == isinstance(estimator, ComplaintClassifier)


def check_mixins(subject: Subject) -> None:
    """The mixins stand before BaseEstimator, without which their tags are lost."""
    order = type(subject.make()).__mro__
    kind = ClassifierMixin if is_classifier(subject.make()) else TransformerMixin
    assert order.index(kind) < order.index(BaseEstimator)


def check_pickle(subject: Subject) -> None:
    """Estimators survive pickling, fitted or not: joblib sends them to workers that way."""
    fitted = subject.fitted()
    assert same(outcome(pickle.loads(pickle.dumps(fitted)), TEXTS), outcome(fitted, TEXTS))
    assert same(outcome(pickle.loads(pickle.dumps(subject.make())).fit(TEXTS, subject.labels), TEXTS), outcome(fitted, TEXTS))


def check_html(subject: Subject) -> None:
    """Notebooks show estimators as HTML, fitted or not; it stays small, as it must not list a quarter of a million names."""
    for estimator in (subject.make(), subject.fitted(), as_classifier(subject)):
        page = estimator_html_repr(estimator)
        assert type(subject.make()).__name__ in page
        assert len(page) < 200_000


def check_order_of_texts(subject: Subject) -> None:
    """What comes out for a text depends on neither its place nor its company."""
    estimator = subject.fitted()
    together = outcome(estimator, TEXTS)
    assert same(outcome(estimator, TEXTS[::-1])[::-1], together)
    assert same(np.concatenate([outcome(estimator, [text]) for text in TEXTS]), together)


def check_input_untouched(subject: Subject) -> None:
    """Texts and labels that are handed in stay as they are, even where they could be written to."""
    texts = np.asarray([*TEXTS[:-1], None], dtype=object)
    labels = np.asarray(subject.labels)
    kept = texts.copy(), labels.copy()
    texts.flags.writeable = labels.flags.writeable = False
    outcome(subject.fitted(texts, labels), texts)
    assert (texts == kept[0]).all()
    assert (labels == kept[1]).all()


def check_pipeline(subject: Subject) -> None:
    """The estimator sits in a pipeline, and its parameters are reached through it."""
    pipeline = as_classifier(subject)
    if is_classifier(subject.make()):
        pipeline = make_pipeline(TextNormalizer(), pipeline)
    pipeline = Pipeline([(name, clone(step)) for name, step in pipeline.steps])
    pipeline.fit(TEXTS, subject.labels)
    assert set(pipeline.predict(TEXTS)) <= set(subject.labels)
    step = type(subject.make()).__name__.lower()
    name, values = next(iter(subject.grid.items()))
    assert pipeline.set_params(**{f"{step}__{name}": values[1]}).get_params()[f"{step}__{name}"] is values[1]


def check_grid_search(subject: Subject) -> None:
    """A grid search finds values of own and of nested parameters, and refits the best."""
    estimator = as_classifier(subject)
    prefix = "" if is_classifier(subject.make()) else f"{type(subject.make()).__name__.lower()}__"
    grid = {prefix + name: values for name, values in subject.grid.items()}
    if not prefix and "identifier" in estimator.get_params():
        estimator.set_params(identifier=LanguageIdentifier())
        grid["identifier__ngram_max"] = [2]
    search = GridSearchCV(estimator, grid, cv=2, error_score="raise").fit(TEXTS, subject.labels)
    assert len(search.cv_results_["mean_test_score"]) == 2
    assert set(search.predict(TEXTS[:3])) <= {*subject.labels, "und"}


def check_cross_validation(subject: Subject) -> None:
    """Cross-validation scores and predicts, for a list and for a column with an index of its own."""
    estimator = as_classifier(subject)
    scores = cross_val_score(estimator, TEXTS, subject.labels, cv=2, error_score="raise")
    assert ((scores >= 0) & (scores <= 1)).all()
    frame = pd.DataFrame({"text": TEXTS, "y": subject.labels}, index=range(100, 116))
    assert same(cross_val_score(estimator, frame["text"], frame["y"], cv=2, error_score="raise"), scores)
    probabilities = cross_val_predict(estimator, frame["text"], frame["y"], cv=2, method="predict_proba")
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
    assert len(cross_val_predict(estimator, TEXTS, subject.labels, cv=2)) == len(TEXTS)


def check_unfitted(subject: Subject) -> None:
    """Before ``fit``, classifiers raise NotFittedError; transformers, which learn nothing, work."""
    estimator = subject.make()
    if is_classifier(estimator):
        for method in (estimator.predict, estimator.predict_proba):
            with pytest.raises(NotFittedError):
                method(TEXTS)
        with pytest.raises(NotFittedError):
            check_is_fitted(estimator)
    else:
        check_is_fitted(estimator)
        assert same(outcome(estimator, TEXTS), outcome(subject.fitted(), TEXTS))


def check_global_output(subject: Subject) -> None:
    """``set_config(transform_output="pandas")`` is for tables; classifiers, which use a transformer inside, do not mind it."""
    if is_classifier(subject.make()):
        expected = outcome(subject.fitted(), TEXTS)
        with sklearn.config_context(transform_output="pandas"):
            assert same(outcome(subject.fitted(), TEXTS), expected)


# --- of classifiers ---------------------------------------------------------------------------------------------------


def check_probabilities(subject: Subject) -> None:
    """Probabilities are one column a class in the order of ``classes_``, sum to 1, and agree with predictions and logits."""
    classifier = subject.fitted()
    assert classifier.classes_.tolist() == sorted(set(subject.labels))
    probabilities = classifier.predict_proba(TEXTS)
    assert probabilities.shape == (len(TEXTS), len(classifier.classes_))
    assert probabilities.dtype == np.float64
    assert probabilities.sum(axis=1) == pytest.approx(1.0)
    assert classifier.predict(TEXTS).tolist() == classifier.classes_[probabilities.argmax(axis=1)].tolist()
    if hasattr(classifier, "decision_function"):
        logits = classifier.decision_function(TEXTS)
        if len(classifier.classes_) == 2:
            assert logits.shape == (len(TEXTS),)
            assert ((logits > 0) == (probabilities[:, 1] > 0.5)).all()
        else:
            assert (logits.argmax(axis=1) == probabilities.argmax(axis=1)).all()
        assert np.exp(classifier.predict_log_proba(TEXTS)) == pytest.approx(probabilities)


def check_learns(subject: Subject) -> None:
    """Posts that were learnt from are known: ``score`` is their accuracy, weighted if asked."""
    classifier = subject.fitted()
    assert classifier.score(TEXTS, subject.labels) == 1.0
    wrong = [subject.labels[0]] * len(TEXTS)
    weight = [1.0 if label == wrong[0] else 0.0 for label in subject.labels]
    assert classifier.score(TEXTS, wrong) < 1.0
    assert classifier.score(TEXTS, wrong, sample_weight=weight) == 1.0


def check_containers_of_labels(subject: Subject) -> None:
    """Labels come in any container, and leave in ``classes_`` and predictions as what they are."""
    expected = subject.fitted().predict_proba(TEXTS)
    labels, arrow = list(subject.labels), pa.array(list(subject.labels))
    frame = pd.DataFrame({"y": labels}, index=range(50, 66))
    for y in (
        tuple(labels),
        np.asarray(labels),
        np.asarray(labels, dtype=object),
        frame["y"],
        frame,
        arrow,
        frame["y"].convert_dtypes(),
    ):
        classifier = subject.fitted(y=y)
        assert same(classifier.predict_proba(TEXTS), expected)
        assert classifier.classes_.tolist() == sorted(set(labels))
        assert classifier.classes_.dtype.kind in "iU"


def check_bad_labels(subject: Subject) -> None:
    """Labels with gaps, of several kinds, too few, of one class or none at all are refused with the reason.

    Silently leaving out posts without a label would make scores of cross-validation wrong.
    """
    labels = list(subject.labels)
    wrong: list[tuple[Any, str]] = [
        ([None, *labels[1:]], "1 of 16 posts have no label"),
        ([float("nan"), *labels[1:]], "1 of 16 posts have no label"),
        (pd.Series([pd.NA, *labels[1:]]), "1 of 16 posts have no label"),
        ([*labels[:8], *[None] * 8], "8 of 16 posts have no label"),
        ([("a",), *labels[1:]], "several kinds"),
        ([0.5] * 8 + [1.5] * 8, "must be"),
        (labels[:-1], "16 texts and 15 labels"),
        ([labels[0]] * 16, "1 class"),
        (np.asarray([labels, labels]).T, "One column"),
        (None, "requires y"),
    ]
    for y, told in wrong:
        with pytest.raises(LabelError, match=told) as caught:
            subject.make().fit(TEXTS, y)
        assert isinstance(caught.value, ValueError)


def check_sample_weight(subject: Subject) -> None:
    """A weight of 0 leaves a post out, one of 2 counts it twice, weights of 1 change nothing; bad weights are refused."""
    expected = subject.fitted().predict_proba(TEXTS)
    n = len(TEXTS)
    for ones in ([1.0] * n, np.ones(n), pd.Series(np.ones(n), index=range(3, 3 + n))):
        assert subject.fitted(sample_weight=ones).predict_proba(TEXTS) == pytest.approx(expected, abs=1e-6)
    weight = np.ones(n)
    weight[[0, 5]] = 0.0
    weight[[1, 12]] = 2.0
    kept = [i for i in range(n) for _ in range(int(weight[i]))]
    repeated = subject.fitted([TEXTS[i] for i in kept], [subject.labels[i] for i in kept]).predict_proba(TEXTS)
    assert subject.fitted(sample_weight=weight).predict_proba(TEXTS) == pytest.approx(repeated, abs=2e-3)
    for bad in (np.ones(n - 1), np.ones((n, 1)), -np.ones(n), np.zeros(n), np.full(n, np.nan)):
        with pytest.raises(ValueError, match=r"sample_weight\.shape|Weights of posts"):
            subject.fitted(sample_weight=bad)


def check_class_weight(subject: Subject) -> None:
    """Class weights are sample weights; "balanced" helps the rare class. The identifier, of hundreds of classes, has none."""
    estimator = subject.make()
    if "class_weight" not in estimator.get_params():
        return
    rare = sorted(set(subject.labels))[1]
    weight = [3.0 if label == rare else 1.0 for label in subject.labels]
    weighted = subject.make().set_params(class_weight={rare: 3.0}).fit(TEXTS, subject.labels)
    assert same(weighted.predict_proba(TEXTS), subject.fitted(sample_weight=weight).predict_proba(TEXTS))
    few = [i for i, label in enumerate(subject.labels) if label != rare or i % 4 == 0]
    texts, labels = [TEXTS[i] for i in few], [subject.labels[i] for i in few]
    plain = subject.fitted(texts, labels).predict_proba(TEXTS)[:, 1].mean()
    balanced = subject.make().set_params(class_weight="balanced").fit(texts, labels).predict_proba(TEXTS)[:, 1].mean()
    assert balanced > plain


def check_calibration(subject: Subject) -> None:
    """`CalibratedClassifierCV` wraps the classifier, in both of its ways."""
    for ensemble in (True, False):
        calibrated = CalibratedClassifierCV(subject.make(), cv=2, ensemble=ensemble).fit(TEXTS, subject.labels)
        assert calibrated.predict_proba(TEXTS).sum(axis=1) == pytest.approx(1.0)


def check_voting_and_stacking(subject: Subject) -> None:
    """Ensembles number the classes before they fit what they hold, so that labels may come as 0, 1 and 2.

    Beside the classifier stands one of scikit-learn; hard voting needs predictions of the same type.
    """
    other = make_pipeline(TextNormalizer(), TfidfVectorizer(), LogisticRegression())
    members = [("ours", subject.make()), ("other", other)]
    texts = np.asarray(TEXTS, dtype=object)
    for ensemble in (
        VotingClassifier(members, voting="soft"),
        VotingClassifier(members, voting="hard"),
        StackingClassifier(members, cv=2),
    ):
        ensemble.fit(texts, subject.labels)
        assert set(ensemble.predict(texts)) <= set(subject.labels)


def check_column_transformer_before(subject: Subject) -> None:
    """A classifier may follow a table: a pipeline selects the column of texts, which comes as a table of one column."""
    frame = pd.DataFrame({"rating": range(16), "text": TEXTS})
    pipeline = make_pipeline(ColumnTransformer([("text", TextNormalizer(), ["text"])]), subject.make())
    assert same(pipeline.fit(frame, subject.labels).predict_proba(frame), subject.fitted().predict_proba(TEXTS))


def check_metadata_routing(subject: Subject) -> None:
    """Weights of posts travel through pipelines and searches where they are asked for."""
    weight = np.linspace(0.5, 2.0, len(TEXTS))
    with sklearn.config_context(enable_metadata_routing=True):
        pipeline = make_pipeline(TextNormalizer(), subject.make().set_fit_request(sample_weight=True))
        routed = pipeline.fit(TEXTS, subject.labels, sample_weight=weight)
    assert same(routed.predict_proba(TEXTS), subject.fitted(sample_weight=weight).predict_proba(TEXTS))


# --- of transformers --------------------------------------------------------------------------------------------------


def check_fit_transform(subject: Subject) -> None:
    """``fit_transform`` is ``fit`` and ``transform``, with or without labels."""
    expected = outcome(subject.fitted(), TEXTS)
    for result in (subject.make().fit_transform(TEXTS), subject.make().fit_transform(TEXTS, subject.labels)):
        assert same(result.toarray() if sparse.issparse(result) else result, expected)


def check_names_of_features(subject: Subject) -> None:
    """There is a name for each column that comes out, no two alike."""
    transformer = subject.fitted()
    names = transformer.get_feature_names_out()
    assert names.dtype == object
    assert (
        len(set(names)) == len(names) == (outcome(transformer, TEXTS).shape[1] if outcome(transformer, TEXTS).ndim == 2 else 1)
    )


def check_unions(subject: Subject) -> None:
    """A transformer stands beside others in a union and in a column transformer, whose columns are all named."""
    more = [] if isinstance(subject.make(), PostFeaturizer) else [TfidfVectorizer()]
    branch = make_pipeline(subject.make(), *more)
    union = FeatureUnion([("ours", branch), ("other", TfidfVectorizer())]).fit(TEXTS)
    assert union.transform(TEXTS).shape == (len(TEXTS), len(union.get_feature_names_out()))
    frame = pd.DataFrame({"rating": range(16), "text": TEXTS})
    columns = ColumnTransformer([("ours", branch, "text"), ("rating", "passthrough", ["rating"])]).fit(frame)
    assert columns.transform(frame).shape == (len(TEXTS), len(columns.get_feature_names_out()))


def check_output_of_tables(subject: Subject) -> None:
    """``set_output(transform="pandas")`` gives a table that keeps the index, or is refused at once where that table would be
    a quarter of a million columns wide."""
    transformer, frame = subject.make(), pd.DataFrame({"text": TEXTS}, index=range(100, 116))
    if isinstance(transformer, PostFeaturizer):
        with pytest.raises(SentilensError, match="sparse matrix"):
            transformer.set_output(transform="pandas")
        with pytest.raises(SentilensError, match="sparse matrix"):
            make_pipeline(transformer, LogisticRegression()).set_output(transform="pandas")
        assert sparse.issparse(transformer.set_output(transform="default").fit_transform(frame))
        with sklearn.config_context(transform_output="pandas"), pytest.raises(ValueError, match=r"(?i)sparse"):
            subject.make().transform(TEXTS)
    else:
        table = transformer.set_output(transform="pandas").fit_transform(frame)
        assert table.columns.tolist() == ["text"]
        assert table.index.tolist() == frame.index.tolist()
        if HAS_TAGS:  # scikit-learn 1.5 loses the index of a Series
            assert transformer.fit_transform(frame["text"]).index.tolist() == frame.index.tolist()


OF_ALL = (
    check_clone,
    check_parameters,
    check_constructor_never_fails,
    check_defaults,
    check_fit_returns_self_and_leaves_parameters,
    check_attributes_end_in_underscore,
    check_use_changes_nothing,
    check_fit_again_is_fit_anew,
    check_deterministic,
    check_containers,
    check_gaps,
    check_no_texts,
    check_no_posts,
    check_metadata,
    check_tags,
    check_mixins,
    check_pickle,
    check_html,
    check_order_of_texts,
    check_input_untouched,
    check_pipeline,
    check_grid_search,
    check_cross_validation,
    check_unfitted,
    check_global_output,
)
OF_CLASSIFIERS = (
    check_probabilities,
    check_learns,
    check_containers_of_labels,
    check_bad_labels,
    check_sample_weight,
    check_class_weight,
    check_calibration,
    check_voting_and_stacking,
    check_column_transformer_before,
    check_metadata_routing,
)
OF_TRANSFORMERS = (check_fit_transform, check_names_of_features, check_unions, check_output_of_tables)
