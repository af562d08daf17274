"""Authors as pseudonyms: under one key the same author has the same one everywhere, and without the key it is nobody's.

A bare hash would not do: handles are few and public, so that anyone can hash them all and compare.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Set
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..errors import ConfigError
from .addresses import canonical_handle

#: Names the key file, instead of the one in the user's configuration folder.
KEY_FILE_VARIABLE: Final = "SENTILENS_KEY_FILE"
_KEY_NAME: Final = "author.key"
#: A key of fewer bytes could be guessed (NIST SP 800-107 asks for at least 112 bits; ours have 256).
_LEAST_BYTES: Final = 16
_NEW_BYTES: Final = 32
_HEX_DIGITS: Final = 16
_PSEUDONYM: Final = re.compile(rf"a_[0-9a-f]{{{_HEX_DIGITS}}}")


class Pseudonymizer:
    """Give authors pseudonyms, by HMAC-SHA256 under a secret key.

    Parameters
    ----------
    key : bytes
        At least 16, kept secret: who has it can test whether a handle belongs to a pseudonym.
    keep : set of str, optional
        Handles that stay as they are (a brand's own), casefolded and without ``@``.

    Raises
    ------
    ConfigError
        If the key is too short (reason ``bad_key``).

    Examples
    --------
    >>> pseudonymizer = Pseudonymizer(b"for this example only")
    >>> pseudonymizer.pseudonym("@Kari_Nordmann") == pseudonymizer.pseudonym("kari_nordmann")
    True
    >>> len(pseudonymizer.pseudonym("kari_nordmann"))
    18
    """

    def __init__(self, key: bytes, *, keep: Set[str] = frozenset()) -> None:
        if len(key) < _LEAST_BYTES:
            raise ConfigError(
                f"The key for pseudonyms has {len(key)} bytes, but needs at least {_LEAST_BYTES}.",
                reason="bad_key",
                hint="Use secrets.token_bytes(32), or leave it to the key file.",
            )
        self._key = key
        self._keep = keep

    def __repr__(self) -> str:
        return "Pseudonymizer()"  # never the key

    def pseudonym(self, author: str) -> str:
        """Give the pseudonym of an author: ``a_`` and 16 hexadecimal digits.

        Case, blanks around it and a leading ``@`` make no difference. A pseudonym stays what it is, so that a scored file
        can be read again; an author without a name (``""``) too.
        """
        handle = canonical_handle(author)
        if not handle or handle in self._keep:
            return author
        if _PSEUDONYM.fullmatch(handle):
            return handle
        return "a_" + hmac.digest(self._key, handle.encode("utf-8", "surrogatepass"), "sha256").hex()[:_HEX_DIGITS]


def key_path() -> Path:
    """Tell where the key file is, or will be made.

    ``SENTILENS_KEY_FILE`` if set; else ``author.key`` in the configuration folder of the user: ``%APPDATA%\\\\sentilens``,
    ``~/Library/Application Support/sentilens``, ``~/.config/sentilens``.
    """
    if named := os.environ.get(KEY_FILE_VARIABLE):
        return Path(named).expanduser()
    from typer import get_app_dir

    return Path(get_app_dir("sentilens")) / _KEY_NAME


def load_key(path: str | os.PathLike[str] | None = None) -> bytes:
    """Read the key for pseudonyms from its file; make the file, for the user alone to read, where there is none.

    Parameters
    ----------
    path : path, optional
        By default `key_path`.

    Returns
    -------
    bytes
        32 of them in a file made here.

    Raises
    ------
    ConfigError
        If the file holds no such key (reason ``bad_key_file``), or can be neither read nor made (``no_key_file``).
    """
    path = key_path() if path is None else Path(path)
    try:
        if not path.exists():
            _make_key(path)
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"The key file {path} can be neither read nor made ({error.strerror or type(error).__name__}).",
            reason="no_key_file",
            hint=f"Name another in {KEY_FILE_VARIABLE}, or keep authors as they are with keep_personal_data=True.",
        ) from error
    with suppress(ValueError):
        key = bytes.fromhex(content.decode("ascii").strip())
        if len(key) >= _LEAST_BYTES:
            return key
    raise ConfigError(
        f"The key file {path} is damaged: it should hold {2 * _NEW_BYTES} hexadecimal digits.",
        reason="bad_key_file",
        hint="Restore it from a backup; or delete it to begin with a new key, under which all authors get new pseudonyms.",
    )


def _make_key(path: Path) -> None:
    """Make a key file that appears whole or not at all, and never takes the place of another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # for the user alone to read
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_NEW_BYTES) + "\n")
        try:
            os.link(part, path)
        except FileExistsError:
            pass  # another process was quicker, and its key counts
        except OSError:  # a file system without links
            Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)
