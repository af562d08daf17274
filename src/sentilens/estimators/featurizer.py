"""The featurisation as a transformer of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator, TransformerMixin

from ..features import Featurizer
from ..normalize import normalize_all
from ..schema import UNDETERMINED

if TYPE_CHECKING:
    from scipy import sparse


class PostFeaturizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Hash posts into sparse features.

    Parameters
    ----------
    n_buckets : int, default 262144
        Size of the hashed space, a power of two.
    ngram_min, ngram_max : int, default 2 and 5
        Shortest and longest character n-grams inside words, in letters (word ends count as one).
    identifier : LanguageIdentifier, optional
        Tells which languages' lexicon patterns to read in a post. Without it the patterns of all languages are read.

    Notes
    -----
    The transformer is stateless: `fit` checks the parameters only, and nothing of the texts is kept.

    Examples
    --------
    >>> PostFeaturizer(n_buckets=1024).fit_transform(["Bra!", "Sämst någonsin"]).shape
    (2, 1024)
    """

    def __init__(self, n_buckets: int = 1 << 18, ngram_min: int = 2, ngram_max: int = 5, identifier: Any | None = None) -> None:
        self.n_buckets = n_buckets
        self.ngram_min = ngram_min
        self.ngram_max = ngram_max
        self.identifier = identifier

    def fit(self, X: Iterable[str], y: Any = None) -> PostFeaturizer:
        """Check the parameters.

        Parameters
        ----------
        X : iterable of str
            Ignored.
        y : ignored

        Returns
        -------
        PostFeaturizer

        Raises
        ------
        ConfigError
            If a parameter is out of range.
        """
        self._plain()
        return self

    def _plain(self) -> Featurizer:
        return Featurizer(self.n_buckets, self.ngram_min, self.ngram_max)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def transform(self, X: Iterable[str]) -> sparse.csr_matrix:
        """Hash raw texts.

        Parameters
        ----------
        X : iterable of str
            Posts as exported; they are normalized and masked here. None and NaN count as empty.

        Returns
        -------
        csr_matrix of shape (n_posts, n_buckets), float32
        """
        texts = normalize_all(X)
        if self.identifier is None:
            return self.matrix(texts, [UNDETERMINED] * len(texts))
        return self.matrix(texts, self.identifier.identify(texts)[0])

    def matrix(self, cleaned: Sequence[str], languages: Sequence[str]) -> sparse.csr_matrix:
        """Hash cleaned texts in known languages.

        Parameters
        ----------
        cleaned : sequence of str
            Texts from `normalize_text`.
        languages : sequence of str
            A language code for each.

        Returns
        -------
        csr_matrix of shape (n_posts, n_buckets), float32
        """
        return self._plain().matrix(cleaned, languages)
