"""What comes with an extra, and what to say where it was not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str) -> Iterator[None]:
    """
    Surround imports that an extra brings, and say which one where they fail.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    try:
        yield
    except ImportError as error:
        message = f"this needs an extra ({error}); install it: pip install 'complaintflow[{name}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
