"""The featurisation as a transformer of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

from ..errors import ConfigError
from ..features import Featurizer, named_buckets
from ..normalize import normalize_all
from ..schema import UNDETERMINED
from .texts import TextInput

if TYPE_CHECKING:
    from scipy import sparse


class PostFeaturizer(TextInput, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Hash posts into sparse features.

    Parameters
    ----------
    n_buckets : int, default 262144
        Size of the hashed space, a power of two.
    ngram_min, ngram_max : int, default 2 and 5
        Shortest and longest character n-grams inside words, in letters (word ends count as one).
    identifier : LanguageIdentifier, optional
        Tells which languages' lexicon patterns to read in a post. Without it the patterns of all languages are read.

    Attributes
    ----------
    n_features_in_ : int
        1, the column of texts.
    feature_names_in_ : ndarray of shape (1,)
        Its name, if `fit` was given a table of one column.

    Notes
    -----
    The transformer is stateless: it works before `fit`, which looks at the parameters and the column only, and nothing of the
    texts is kept.

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
        """Check the parameters and look at the column.

        Parameters
        ----------
        X : iterable of str, shape (n_posts,)
        y : ignored

        Returns
        -------
        self

        Raises
        ------
        ConfigError
            If a parameter is out of range.
        TextError
            If X holds no texts.
        """
        self._plain()
        self._take_texts(X, reset=True)
        return self

    def _plain(self) -> Featurizer:
        return Featurizer(self.n_buckets, self.ngram_min, self.ngram_max)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _more_tags(self) -> dict[str, Any]:
        return {**super()._more_tags(), "requires_fit": False, "stateless": True, "preserves_dtype": []}

    def transform(self, X: Iterable[str]) -> sparse.csr_matrix:
        """Hash raw texts.

        Parameters
        ----------
        X : iterable of str
            Posts as exported; they are normalized and masked here. None, NaN and NA count as empty.

        Returns
        -------
        csr_matrix of shape (n_posts, n_buckets), float32
        """
        return self.hash_texts(self._take_texts(X, reset=False))

    def hash_texts(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Do what `transform` does, whatever `sklearn.set_config` says of the output of transformers; same parameters."""
        cleaned = normalize_all(texts)
        if self.identifier is None:
            return self.matrix(cleaned, [UNDETERMINED] * len(cleaned))
        return self.matrix(cleaned, self.identifier.identify(cleaned)[0])

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

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[Any]:
        """Name the buckets.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of str (dtype object), shape (n_buckets,)
            ``bucket_0`` and so on, as a bucket stands for whatever words and n-grams fall into it; those of concepts, their
            kinds and patterns of whole posts name them behind that, such as ``bucket_189646 (concept WAITING)``.

        Examples
        --------
        >>> names = PostFeaturizer().get_feature_names_out()
        >>> len(names), [name for name in names if "concept WAITING" in name]
        (262144, ['bucket_189646 (concept WAITING)'])
        """
        names = np.asarray([f"bucket_{i}" for i in range(self._plain().n_buckets)], dtype=object)
        for bucket, meanings in named_buckets(self.n_buckets).items():
            names[bucket] += f" ({', '.join(meanings)})"
        return names

    def set_output(self, *, transform: str | None = None) -> PostFeaturizer:
        """Choose what `transform` gives: sparse matrices only, as a table of so many columns would fill the memory.

        Parameters
        ----------
        transform : {"default", None}

        Returns
        -------
        self

        Raises
        ------
        ConfigError
            For tables of pandas or polars.
        """
        if transform not in {None, "default"}:
            raise ConfigError(
                f"The features are {self.n_buckets:,} sparse columns and come as a sparse matrix only, not for {transform!r}.",
                reason="sparse_output",
                hint="Leave this transformer out of set_output, or reduce its output first, such as by TruncatedSVD.",
            )
        super().set_output(transform=transform)
        return self
