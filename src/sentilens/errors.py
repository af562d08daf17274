"""Everything that sentilens raises or warns with.

A message says what was found, what was expected, where, and what to do next. It never quotes a post: error
messages end up in logs, and logs are no place for customers' words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


class SentilensError(Exception):
    """Base of all errors of the package.

    Parameters
    ----------
    message : str
        What was found and what was expected.
    reason : str, default ""
        A short stable code for programs, such as ``"empty_file"``.
    hint : str, default ""
        What to do next, in one sentence.

    Notes
    -----
    Errors survive pickling, so that they travel back from worker processes unchanged.
    """

    def __init__(self, message: str, *, reason: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception.__reduce__ calls the class with positional arguments only, which loses keyword-only ones.
        return _rebuild, (type(self), self.message, dict(self.__dict__))


def _rebuild(cls: type[SentilensError], message: str, state: dict[str, Any]) -> SentilensError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


class ConfigError(SentilensError, ValueError):
    """An argument or an option has a value that cannot be used."""


class InputError(SentilensError):
    """The data cannot be read or used."""


class MissingColumnsError(InputError):
    """A column that is needed was not found under any known name."""


class FileFormatError(InputError):
    """A file is not what it should be.

    Parameters
    ----------
    message, reason, hint
        As for `SentilensError`.
    path : str or path-like, optional
        The file.
    line : int, optional
        The line, counted from 1.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        hint: str = "",
        path: str | Path | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message, reason=reason, hint=hint)
        self.path = None if path is None else str(path)
        self.line = line

    def __str__(self) -> str:
        where = "" if self.path is None else self.path + ("" if self.line is None else f", line {self.line}") + ": "
        return where + super().__str__()


class TextError(InputError, ValueError):
    """What was given in the place of texts is no column of texts."""


class LabelError(InputError, ValueError):
    """Labels are missing, contradictory or of an unknown kind."""


class ModelError(SentilensError):
    """A model cannot be used."""


class ModelFormatError(ModelError):
    """The file is not a sentilens model, or its parts are not of the promised form."""


class ModelIntegrityError(ModelError):
    """The contents of a model file do not match its own checksums."""


class ModelVersionError(ModelError):
    """The model was written by a format version that this release does not know."""


class EngineError(SentilensError):
    """The machinery around the scoring failed."""


class MissingDependencyError(EngineError):
    """An optional package is needed for what was asked."""


class WorkerError(EngineError):
    """A worker process failed."""


class DataQualityWarning(UserWarning):
    """The data were read, but something in them deserves a look."""


class LowSupportWarning(UserWarning):
    """There are too few posts for the figure to mean much."""
