"""What a program of the host's has, under an address such as `helpdesk.desks:desk`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import signature

from complaintflow import ComplaintflowError
from complaintflow.cli._reading import Unusable

ADDRESS = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
"""MODULE:NAME: names of Python with dots between them."""


def found_at(address: str) -> object:
    """
    Return what is meant by `module:name`. The module is imported, and so it is run.

    Raises:
        Unusable: there is no such module, or nothing of this name in it, or it raises something.
    """
    # As `python -m` does: what is here can be imported.
    if "" not in sys.path:
        sys.path.insert(0, "")
    module, _, name = address.partition(":")
    with _running(address):
        try:
            found: object = import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
        except (ImportError, AttributeError) as error:
            raise Unusable(
                f"{address} cannot be found: {error}; name what can be imported from here"
            ) from None
    return found


@contextmanager
def _running(address: str) -> Iterator[None]:
    """Tell what a program of the host's raises; what we raise in it tells itself."""
    try:
        yield
    except ComplaintflowError:
        raise
    except Exception as error:
        told = f"{address} raises {type(error).__name__} ({error}); run it in Python to see where"
        raise Unusable(told) from error


def made_at(address: str) -> object:
    """
    Return what is meant by `module:name`; where it can be called, what it makes.

    Raises:
        Unusable: there is nothing of this name, it makes nothing without arguments, or it raises
            something.
    """
    found = found_at(address)
    if not callable(found):
        return found
    try:
        signature(found).bind()
    except TypeError:
        raise Unusable(
            f"{address} takes arguments, and is called without any; name what takes none"
        ) from None
    except ValueError:
        pass  # of some functions that are written in C nobody knows what they take
    with _running(address):
        return found()
