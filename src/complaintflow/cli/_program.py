"""What a program of the host's has, under an address such as `helpdesk.desks:desk`."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from inspect import signature

from complaintflow.cli._reading import Unusable

ADDRESS = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
"""MODULE:NAME: names of Python with dots between them."""


def found_at(address: str) -> object:
    """
    Return what is meant by `module:name`. The module is imported, and so it is run.

    Raises:
        Unusable: there is no such module, or nothing of this name in it.
    """
    # As `python -m` does: what is here can be imported.
    if "" not in sys.path:
        sys.path.insert(0, "")
    module, _, name = address.partition(":")
    try:
        found: object = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise Unusable(
            f"{address} cannot be found: {error}; name what can be imported from here"
        ) from None
    return found


def made_at(address: str) -> object:
    """
    Return what is meant by `module:name`; where it can be called, what it makes.

    Raises:
        Unusable: there is nothing of this name, or it makes nothing without arguments.
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
    return found()
