from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import (
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    RidgeClassifier,
    RidgeClassifierCV,
    SGDClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, MaxAbsScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from sentilens.calibration import expected_calibration_error
from sentilens.errors import ConfigError
from sentilens.estimators import ComplaintClassifier, LanguageIdentifier, PostFeaturizer
from sentilens.features import Featurizer
from sentilens.model_file import inspect_model
from sentilens.own_classifier import fit_own_head, head_from_classifier, replace_head
from sentilens.schema import SENTIMENTS
from sentilens.scorer import PostScorer, load_model, save_model
from sentilens.training import train

BUCKETS = 1 << 12
Make = Callable[[], Any]

LINEAR: dict[str, Make] = {
    "LogisticRegression": lambda: LogisticRegression(),
    "LogisticRegressionCV": lambda: LogisticRegressionCV(Cs=2, cv=2),
    "elastic net": lambda: SGDClassifier(loss="log_loss", penalty="elasticnet", random_state=0),
    "lasso": lambda: OneVsRestClassifier(LogisticRegression(solver="liblinear", C=5.0)),
    "log loss": lambda: SGDClassifier(loss="log_loss", random_state=0),
    "modified Huber": lambda: SGDClassifier(loss="modified_huber", random_state=0),
    "hinge": lambda: SGDClassifier(loss="hinge", random_state=0),
    "averaged": lambda: SGDClassifier(loss="hinge", average=True, random_state=0),
    "Perceptron": lambda: Perceptron(random_state=0),
    "LinearSVC": lambda: LinearSVC(random_state=0),
    "RidgeClassifier": lambda: RidgeClassifier(),
    "RidgeClassifierCV": lambda: RidgeClassifierCV(),
    "MultinomialNB": lambda: MultinomialNB(),
    "ComplementNB": lambda: ComplementNB(),
    "one against the rest": lambda: OneVsRestClassifier(LinearSVC(random_state=0)),
    "scaled": lambda: make_pipeline(MaxAbsScaler(), LogisticRegression()),
    "standardised": lambda: make_pipeline(StandardScaler(with_mean=False), LinearSVC(C=0.01, random_state=0)),
    "selected": lambda: make_pipeline(SelectKBest(k=300), LogisticRegression()),
    "reduced": lambda: make_pipeline(TruncatedSVD(5, random_state=0), LogisticRegression()),
    "searched": lambda: GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2),
}
#: Linear for two classes only.
LINEAR_FOR_TWO: dict[str, Make] = {
    "linear kernel": lambda: SVC(kernel="linear"),
    "Platt over one": lambda: CalibratedClassifierCV(LinearSVC(random_state=0), cv=2, ensemble=False),
}
NOT_LINEAR: dict[str, Make] = {
    "BernoulliNB": lambda: BernoulliNB(binarize=0.2),
    "tree": lambda: DecisionTreeClassifier(max_depth=3, random_state=0),
    "stump": lambda: DecisionTreeClassifier(max_depth=1, random_state=0),
    "forest": lambda: RandomForestClassifier(10, random_state=0),
    "boosted trees": lambda: GradientBoostingClassifier(n_estimators=5, random_state=0),
    "kernel": lambda: SVC(kernel="rbf"),
    "neighbours": lambda: KNeighborsClassifier(3),
    "layers": lambda: MLPClassifier((4,), max_iter=20, random_state=0),
    "one against one": lambda: OneVsOneClassifier(SVC(kernel="poly", degree=2)),
    "mean of sigmoids": lambda: CalibratedClassifierCV(LogisticRegression(), cv=2),
    "isotonic": lambda: CalibratedClassifierCV(LogisticRegression(), cv=2, ensemble=False, method="isotonic"),
    "vote": lambda: VotingClassifier([("a", LogisticRegression()), ("b", MultinomialNB())], voting="soft"),
    "scaled by length": lambda: make_pipeline(TfidfTransformer(), LogisticRegression()),
    "binarized": lambda: make_pipeline(Binarizer(threshold=0.5), LogisticRegression()),
}


@pytest.fixture(scope="module")
def posts(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Some labelled posts in Swedish that a classifier cannot learn by heart."""
    rng = np.random.default_rng(3)
    parts = {
        "negative": "kraschar trasig väntat aldrig svarar fel sämst försenad borttappad avgift".split(),
        "neutral": "öppet lördag pris butik färg fråga leverans order i på undrar".split(),
        "positive": "tack toppen bra nöjd snabb älskar fin hjälp bästa trevlig".split(),
    }
    rows = []
    for i in range(150):
        label = SENTIMENTS[i % 3]
        words = [*rng.choice(parts[label], 3), *rng.choice(parts[SENTIMENTS[int(rng.integers(3))]], 2)]
        rows.append((" ".join(words) + f" {'abcdefghijklmnopqrstuvwxyz'[i % 26]}{i // 26}", label, int(label == "negative")))
    return pd.DataFrame(rows, columns=["text", "sentiment", "complaint"])


@pytest.fixture(scope="module")
def features(posts: pd.DataFrame) -> Any:
    # What is float32 is summed up in float32 by some classifiers, which is not what is compared here.
    return Featurizer(n_buckets=BUCKETS).matrix(posts["text"].tolist(), ["sv"] * len(posts)).astype(np.float64)


def fitted(make: Make, features: Any, labels: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some do not converge on so few posts, and need not
        return make().fit(features, labels)


def own_scores(classifier: Any, features: Any) -> npt.NDArray[np.float64]:
    """The classifier's scores; where it has none but probabilities, their logarithms against one another."""
    if hasattr(classifier, "decision_function"):
        scores = np.asarray(classifier.decision_function(features)).reshape(features.shape[0], -1)
        return scores - scores.mean(axis=1, keepdims=True) if scores.shape[1] > 1 else scores
    logarithms = np.log(classifier.predict_proba(features))
    return (
        logarithms[:, 1:] - logarithms[:, :1]
        if logarithms.shape[1] == 2
        else logarithms - logarithms.mean(axis=1, keepdims=True)
    )


@pytest.mark.parametrize("kind", ["complaint", "sentiment"])
@pytest.mark.parametrize("name", [*LINEAR, *LINEAR_FOR_TWO])
def test_a_linear_classifier_becomes_a_head_with_its_scores(name: str, kind: str, posts: pd.DataFrame, features: Any) -> None:
    if name in LINEAR_FOR_TWO and kind == "sentiment":
        with pytest.raises(ConfigError) as caught:
            head_from_classifier(kind, fitted(LINEAR_FOR_TWO[name], features, posts[kind]))
        assert caught.value.reason == "not_linear"
        return
    classifier = fitted({**LINEAR, **LINEAR_FOR_TWO}[name], features, posts[kind])
    head = head_from_classifier(kind, classifier)
    logits = np.asarray(features @ head.weights, dtype=np.float64) + head.intercept
    if head.n_columns > 1:
        logits -= logits.mean(axis=1, keepdims=True)
    # Weights are float32; what is summed bounds what rounding does.
    summed = 1.0 + np.asarray(abs(features) @ np.abs(head.weights)) + np.abs(head.intercept)
    assert (np.abs(logits - own_scores(classifier, features)) <= 1e-6 * summed).all()
    answers = np.asarray(head.classes)[head.probabilities(logits).argmax(axis=1)]
    assert (answers == classifier.predict(features).astype(str)).all()


@pytest.mark.parametrize("kind", ["complaint", "sentiment"])
@pytest.mark.parametrize("name", NOT_LINEAR)
def test_what_is_not_linear_is_refused_with_the_way_on(name: str, kind: str, posts: pd.DataFrame, features: Any) -> None:
    classifier = fitted(NOT_LINEAR[name], features, posts[kind])
    with pytest.raises(ConfigError, match=r"no weighted sum.*SoftLabels") as caught:
        head_from_classifier(kind, classifier)
    assert caught.value.reason == "not_linear"


class Hidden(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Looks linear, but for one bucket that counts only from a threshold on."""

    def fit(self, X: Any, y: Any) -> Hidden:
        self.inner_ = LogisticRegression().fit(X, y)
        self.classes_, self.n_features_in_, self.coef_ = self.inner_.classes_, X.shape[1], self.inner_.coef_
        return self

    def decision_function(self, X: Any) -> npt.NDArray[np.float64]:
        return np.asarray(self.inner_.decision_function(X) + 2.0 * (X[:, [9]].toarray()[:, 0] > 1.5))

    def predict(self, X: Any) -> npt.NDArray[Any]:
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])


def test_a_class_of_ones_own_is_judged_by_what_it_does(posts: pd.DataFrame, features: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        head_from_classifier("complaint", Hidden().fit(features, posts["complaint"]))
    assert caught.value.reason == "not_linear"


@pytest.mark.parametrize(
    ("make", "labels", "reason"),
    [
        (lambda: LogisticRegression(), ["ja", "nej"], "classes"),
        (lambda: LogisticRegression(), ["0", "2"], "classes"),
        (lambda: VotingClassifier([("a", Perceptron()), ("b", MultinomialNB())]), ["0", "1"], "no_scores"),
        (lambda: TruncatedSVD(3), ["0", "1"], "no_classifier"),
    ],
)
def test_what_cannot_answer_is_refused(make: Make, labels: list[str], reason: str, posts: pd.DataFrame, features: Any) -> None:
    y = np.asarray(labels)[posts["complaint"]]
    with pytest.raises(ConfigError) as caught:
        head_from_classifier("complaint", fitted(make, features, y))
    assert caught.value.reason == reason


def test_an_unfitted_classifier_is_told_as_scikit_learn_does() -> None:
    with pytest.raises(NotFittedError):
        head_from_classifier("complaint", LogisticRegression())


@pytest.mark.parametrize("labels", [[0, 1], [False, True], ["no", "yes"], ["0", "1"], [0.0, 1.0]])
def test_answers_are_found_whatever_they_are_called(labels: list[Any], posts: pd.DataFrame, features: Any) -> None:
    classifier = LogisticRegression().fit(features, np.asarray(labels)[posts["complaint"]])
    plain = LogisticRegression().fit(features, posts["complaint"])
    head, expected = (head_from_classifier("complaint", fitted) for fitted in (classifier, plain))
    assert head.weights.tobytes() == expected.weights.tobytes()


def test_classes_may_stand_in_another_order_or_be_fewer(posts: pd.DataFrame, features: Any) -> None:
    two = (posts["sentiment"] != "neutral").to_numpy()
    classifier = LogisticRegression().fit(features[two], posts["sentiment"][two])
    expected = classifier.predict_proba(features)
    backwards = head_from_classifier("mood", classifier, ("positive", "negative"))
    logits = np.asarray(features @ backwards.weights + backwards.intercept)
    assert backwards.probabilities(logits) == pytest.approx(expected[:, ::-1], abs=1e-6)
    among = head_from_classifier("sentiment", classifier)
    probabilities = among.probabilities(np.asarray(features @ among.weights + among.intercept))
    assert probabilities[:, [0, 2]] == pytest.approx(expected, abs=1e-6)
    assert probabilities[:, 1].max() < 1e-6


# --- into a model -----------------------------------------------------------------------------------------------------


def prepared(model: PostScorer) -> PostFeaturizer:
    return PostFeaturizer(n_buckets=BUCKETS, identifier=LanguageIdentifier())


def test_a_model_scores_as_the_classifier_does(model: PostScorer, posts: pd.DataFrame, tmp_path: Path) -> None:
    featurizer = prepared(model)
    features = model.featurizer.matrix(posts["text"].tolist(), model.identify(posts["text"].tolist())[0])
    classifier = LogisticRegression(C=5.0).fit(features, posts["complaint"])
    ours = replace_head(model, "complaint", classifier)
    scored = ours.score(posts[["text"]])
    known = scored["complaint_probability"].notna().to_numpy()
    assert known.sum() > 100
    expected = classifier.predict_proba(features)[:, 1]
    # Models keep weights as integers of 16 bits.
    assert scored["complaint_probability"][known].to_numpy() == pytest.approx(expected[known], abs=2e-4)
    before = model.score(posts[["text"]])
    assert scored["p_negative"].to_numpy() == pytest.approx(before["p_negative"].to_numpy(), abs=1e-6, nan_ok=True)
    again = load_model(save_model(ours, tmp_path / "ours.sentilens"))
    pd.testing.assert_frame_equal(again.score(posts[["text"]]), scored)
    told = inspect_model(tmp_path / "ours.sentilens")
    assert told["own_classifiers"] == {"complaint": "LogisticRegression"}
    assert told["derived_from"] == model.model_id
    assert ours.threshold == 0.5
    assert featurizer.n_buckets == model.featurizer.n_buckets


def test_a_model_explains_what_the_classifier_says(model: PostScorer, posts: pd.DataFrame, features: Any) -> None:
    ours = replace_head(model, "complaint", MultinomialNB().fit(features, posts["complaint"]))
    explanation = ours.explain("appen kraschar igen")
    total = explanation.table["complaint"].sum()
    assert 1 / (1 + np.exp(-total)) == pytest.approx(explanation.probabilities["complaint"], abs=1e-9)


def test_a_pipeline_may_begin_with_the_featurizer(model: PostScorer, posts: pd.DataFrame) -> None:
    pipeline = make_pipeline(prepared(model), MaxAbsScaler(), LogisticRegression()).fit(posts["text"], posts["complaint"])
    ours = replace_head(model, "complaint", pipeline, threshold=0.4)
    said = ours.score(posts[["text"]])["complaint_probability"]
    expected = pipeline.predict_proba(posts["text"])[:, 1]
    assert ours.threshold == 0.4
    # The small model of the tests names other languages than the default model does.
    assert np.corrcoef(said.fillna(0.5), expected)[0, 1] > 0.95


def test_an_estimator_of_ours_may_be_put_in(model: PostScorer, posts: pd.DataFrame, features: Any) -> None:
    classifier = ComplaintClassifier(n_buckets=BUCKETS).fit(posts["text"], posts["complaint"].map({0: "no", 1: "yes"}))
    ours = replace_head(model, "complaint", classifier)
    logits = np.asarray(features @ ours.stack.heads["complaint"].weights + ours.stack.heads["complaint"].intercept)
    assert logits[:, 0] == pytest.approx(
        np.asarray(features @ classifier.head_.weights + classifier.head_.intercept)[:, 0], abs=1e-2
    )


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("complaint", lambda: LinearSVC(random_state=0), "uncalibrated"),
        ("complaint", lambda: SGDClassifier(loss="modified_huber", random_state=0), "uncalibrated"),
        ("complaint", lambda: RidgeClassifier(), "uncalibrated"),
        ("complaint", lambda: DecisionTreeClassifier(random_state=0), "not_linear"),
        ("mood", lambda: LogisticRegression(), "unknown_head"),
    ],
)
def test_what_a_model_cannot_take(
    name: str, make: Make, reason: str, model: PostScorer, posts: pd.DataFrame, features: Any
) -> None:
    with pytest.raises(ConfigError) as caught:
        replace_head(model, name, fitted(make, features, posts["complaint"]))
    assert caught.value.reason == reason
    assert caught.value.hint


@pytest.mark.parametrize(
    "featurizer",
    [
        PostFeaturizer(n_buckets=BUCKETS),
        PostFeaturizer(n_buckets=BUCKETS, ngram_max=4, identifier=LanguageIdentifier()),
        PostFeaturizer(n_buckets=512, identifier=LanguageIdentifier()),
    ],
)
def test_other_features_are_refused(featurizer: PostFeaturizer, model: PostScorer, posts: pd.DataFrame) -> None:
    pipeline = make_pipeline(featurizer, LogisticRegression()).fit(posts["text"], posts["complaint"])
    with pytest.raises(ConfigError, match="n_buckets=4096") as caught:
        replace_head(model, "complaint", pipeline)
    assert caught.value.reason == "features"


# --- in training ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["log loss", "LinearSVC", "RidgeClassifier", "ComplementNB", "scaled"])
def test_train_takes_estimators(name: str, model: PostScorer, posts: pd.DataFrame, tmp_path: Path) -> None:
    estimator = LINEAR[name]()
    before = repr(vars(estimator))
    labelled = posts.drop(columns="sentiment")
    result = train(labelled, model, estimators={"complaint": estimator}, show_progress=False)
    assert repr(vars(estimator)) == before
    probability = result.unseen["complaint_probability"].to_numpy(dtype=float)
    truth = result.unseen["label_complaint"].to_numpy(dtype=float)
    assert probability[truth == 1].mean() > probability[truth == 0].mean() + 0.3
    assert expected_calibration_error(probability, truth, n_bins=5) < 0.15
    path = save_model(result.model, tmp_path / "ours.sentilens")
    assert inspect_model(path)["own_classifiers"] == {"complaint": type(estimator).__name__}
    pd.testing.assert_frame_equal(load_model(path).score(posts[["text"]]), result.model.score(posts[["text"]]))
    if name == "log loss":
        again = train(labelled, model, estimators={"complaint": LINEAR[name]()}, show_progress=False)
        assert again.model.to_bytes() == result.model.to_bytes()


@pytest.mark.parametrize(
    ("estimators", "reason"),
    [
        ({"complaint": DecisionTreeClassifier(random_state=0)}, "not_linear"),
        ({"complaint": LinearDiscriminantAnalysis()}, "features"),
        ({"complaint": LinearSVC(C=-1.0)}, "features"),
        ({"mood": LogisticRegression()}, "unknown_head"),
    ],
)
def test_train_refuses_estimators(estimators: dict[str, Any], reason: str, model: PostScorer, posts: pd.DataFrame) -> None:
    with pytest.raises(ConfigError) as caught:
        train(posts, model, estimators=estimators, show_progress=False)
    assert caught.value.reason == reason


def test_weights_of_posts_reach_estimators_that_take_them(posts: pd.DataFrame, features: Any) -> None:
    labels = posts["complaint"].astype(str).to_numpy()
    weight = np.where(labels == "1", 5.0, 1.0)
    heads = [
        fit_own_head("complaint", estimator, features, labels, ("0", "1"), sample_weight=weight)
        for estimator in (LogisticRegression(), KeepsNoWeights())
    ]
    plain = fit_own_head("complaint", LogisticRegression(), features, labels, ("0", "1"))
    said = [np.asarray(features @ head.weights + head.intercept).mean() for head in (*heads, plain)]
    assert said[0] > said[2] + 0.3
    assert said[1] == said[2]


class KeepsNoWeights(LogisticRegression):  # type: ignore[misc]
    def fit(self, X: Any, y: Any) -> KeepsNoWeights:  # type: ignore[override]
        super().fit(X, y)
        return self
