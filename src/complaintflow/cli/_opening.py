"""Where cases are kept: the store that is meant by the name of a file or a URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import unquote, urlsplit

from complaintflow.adapters import store_from_url
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli._reading import Unusable
from complaintflow.ports import Store

WHERE = "Where the cases are: a file of SQLite, or a URL such as postgresql://host/database."
"""What `--store` takes, in every command."""


def given(store: str | None) -> str:
    """
    Return the store that was given.

    Raises:
        Unusable: none was.
    """
    if store is None:
        told = "a file of SQLite such as cases.db, or a URL such as postgresql://host/database"
        raise Unusable(f"say where the cases are, with --store STORE: {told}")
    return store


@runtime_checkable
class _Closing(Protocol):
    """A store that holds something open."""

    def close(self) -> None:
        """Let go of it."""
        ...


@contextmanager
def opened(store: str, *, may_be_new: bool = False) -> Iterator[Store]:
    """
    Yield the store that is meant, and close it again.

    Args:
        store: a URL as `store_from_url` takes it, or the path of a file of SQLite.

        may_be_new: whether a file that is not there is made.

    Raises:
        StoreError: it names none, or one that cannot be used.

        Unusable: the file is not there, and may not be made.
    """
    file = file_of(store)
    if file is not None and not may_be_new and not file.exists():
        raise Unusable(f"there is no file '{file}'; name the store that cases are kept in")
    kept = store_from_url(store) if _is_url(store) else SqliteStore(store)
    try:
        yield kept
    finally:
        if isinstance(kept, _Closing):
            kept.close()


def file_of(store: str) -> Path | None:
    """Return the file that is meant. None: it is a database of a server, or no store at all."""
    if not _is_url(store):
        return Path(store)
    try:
        scheme, host, path, _, _ = urlsplit(store)
    except ValueError:  # brackets around what is no address
        return None
    named = unquote(path.removeprefix("/"))
    is_file = scheme.partition("+")[0] == "sqlite" and "://" in store and not host
    return Path(named) if is_file and named else None


def _is_url(store: str) -> bool:
    # What lacks a slash is no file either: nobody calls one `sqlite:cases.db`.
    return "://" in store or store.startswith("sqlite:")
