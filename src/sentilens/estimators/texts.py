"""What the estimators take for texts: a column of them in any container, with gaps but without anything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

import numpy as np
import pandas as pd

from ..errors import TextError


def read_texts(X: Any) -> tuple[list[str], str | None]:
    """Take the texts out of whatever holds them.

    Parameters
    ----------
    X : iterable of str, shape (n_texts,)
        A list, tuple, generator, array, Series or column of Arrow, or a table of one column. None, NaN and NA are empty texts.

    Returns
    -------
    texts : list of str, length n_texts
    column : str or None
        Name of the column if X is a table that names it.

    Raises
    ------
    TextError
        For a single text, for a table of several columns, and for what is no text, such as bytes and numbers: a number
        where a post should be is a wrong column more often than a post.
    """
    column, values = _column_of(X)
    if hasattr(values, "to_pylist"):
        values = values.to_pylist()
    elif hasattr(values, "tolist"):
        values = values.tolist()
    texts = list(values)
    if not set(map(type, texts)) <= {str}:
        texts = [text.as_py() if hasattr(text, "as_py") else text for text in texts]
        strange = [i for i, text in enumerate(texts) if not (isinstance(text, str) or _is_missing(text))]
        if strange:
            raise _no_texts(texts, strange)
        texts = [text if isinstance(text, str) else "" for text in texts]
    return texts, column


def _column_of(X: Any) -> tuple[str | None, Any]:
    """Give the one column of texts that X is or holds, and its name if it is a table's."""
    if isinstance(X, str | bytes) or (isinstance(X, np.ndarray) and X.ndim == 0):
        raise TextError("Many texts are needed, and this is one.", reason="one_text", hint="Put it into a list: [text].")
    if isinstance(X, Mapping | Set) or not (isinstance(X, Iterable) or hasattr(X, "shape")):
        raise TextError(
            f"A column of texts is needed, and this is a {type(X).__name__}.", reason="no_texts", hint="Give a list of texts."
        )
    shape: tuple[int, ...] = getattr(X, "shape", (0,))
    if len(shape) == 1:
        return None, X
    if len(shape) > 2 or shape[1] != 1 or not hasattr(X, "__array__"):  # a sparse matrix is no array
        raise TextError(
            "One column of texts is needed, and this is a table.", reason="table", hint="Give the column: posts['text']."
        )
    if isinstance(X, np.ndarray):
        return None, X[:, 0]
    names = list(getattr(X, "column_names", X.columns))
    return str(names[0]), X[names[0]]


def _is_missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _no_texts(values: list[Any], strange: list[int]) -> TextError:
    place, first = strange[0], values[strange[0]]
    hint = "Decode them: text.decode('utf-8')." if isinstance(first, bytes) else "Give the column that holds the posts."
    return TextError(
        f"{len(strange):,} of {len(values):,} values are no texts; the first is a {type(first).__name__}, at place {place}.",
        reason="no_texts",
        hint=hint,
    )


class TextInput:
    """Mixin of the estimators that take texts: one input column, which is known by name if it came in a table."""

    n_features_in_: int

    def _take_texts(self, X: Any, *, reset: bool) -> list[str]:
        """Give the texts of X. With ``reset`` the column is remembered; without, it must be that which is remembered."""
        texts, column = read_texts(X)
        if reset:
            if not texts:
                raise TextError("There are no texts to learn from: 0 samples.", reason="no_posts")
            self.n_features_in_ = 1
            self.__dict__.pop("feature_names_in_", None)
            if column is not None:
                self.feature_names_in_ = np.asarray([column], dtype=object)
        elif column is not None and (known := getattr(self, "feature_names_in_", [column])[0]) != column:
            raise TextError(
                f"The column is called {column!r}; the one in fit was called {known!r}.",
                reason="other_column",
                hint="Rename it, or give the column alone: posts['text'].",
            )
        return texts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        return tags

    def _more_tags(self) -> dict[str, Any]:  # what scikit-learn before 1.6 asks for
        return {"X_types": ["1darray", "string"], "allow_nan": True}
