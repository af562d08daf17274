"""The cleaning of texts as a transformer of scikit-learn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

from ..normalize import normalize_all
from .texts import TextInput


class TextNormalizer(TextInput, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Clean texts and mask personal data in them, as scoring does, in front of any vectorizer.

    Parameters
    ----------
    keep_handles : collection of str, default ()
        Handles that are not masked (a brand's own).

    Attributes
    ----------
    n_features_in_ : int
        1, the column of texts.
    feature_names_in_ : ndarray of shape (1,)
        Its name, if `fit` was given a table of one column.

    Notes
    -----
    The transformer is stateless: it works before `fit`, and nothing of the texts is kept.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.pipeline import make_pipeline
    >>> TextNormalizer().transform(["  sååååå bra!!!!!", None]).tolist()
    ['såå bra!!!', '']
    >>> make_pipeline(TextNormalizer(), TfidfVectorizer()).fit_transform(["Så bra", "så   BRA"]).shape
    (2, 2)
    """

    def __init__(self, keep_handles: Collection[str] = ()) -> None:
        self.keep_handles = keep_handles

    def fit(self, X: Iterable[str], y: Any = None) -> TextNormalizer:
        """Look at the column.

        Parameters
        ----------
        X : iterable of str, shape (n_texts,)
        y : ignored

        Returns
        -------
        self

        Raises
        ------
        TextError
            If X holds no texts; see `sentilens.errors`.
        """
        self._take_texts(X, reset=True)
        return self

    def transform(self, X: Iterable[str]) -> npt.NDArray[Any]:
        """Clean texts.

        Parameters
        ----------
        X : iterable of str, shape (n_texts,)
            None, NaN and NA become empty texts.

        Returns
        -------
        ndarray of str (dtype object)
            Of shape (n_texts,), or (n_texts, 1) if X is a table, as `sklearn.compose.ColumnTransformer` wants it back.
        """
        cleaned = np.empty(len(texts := self._take_texts(X, reset=False)), dtype=object)
        cleaned[:] = normalize_all(texts, keep_handles=self.keep_handles)
        return cleaned.reshape(-1, 1) if len(getattr(X, "shape", (0,))) == 2 else cleaned

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Name the column: as in ``input_features``, else as in `fit`, else ``text``."""
        known = getattr(self, "feature_names_in_", ["text"]) if input_features is None else input_features
        return np.asarray(known, dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags

    def _more_tags(self) -> dict[str, Any]:
        return {**super()._more_tags(), "requires_fit": False, "stateless": True}
