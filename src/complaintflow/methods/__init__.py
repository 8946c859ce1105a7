"""
The documented methods: functions whose keyword arguments are settings, each returning a `Method`.

And `lint`, which reads a text by the language rules of a method, whichever it is.
"""

from __future__ import annotations

from collections.abc import Callable

from complaintflow._method import Method
from complaintflow.errors import UnknownMethod
from complaintflow.methods.five_steps import five_steps
from complaintflow.methods.linting import LintFinding, lint
from complaintflow.methods.personal_ownership import personal_ownership
from complaintflow.methods.seven_as import seven_as
from complaintflow.methods.six_steps import six_steps

_METHODS: dict[str, Callable[[], Method]] = {
    "five_steps": five_steps,
    "seven_as": seven_as,
    "personal_ownership": personal_ownership,
    "six_steps": six_steps,
}


def names() -> tuple[str, ...]:
    """Return the names of the documented methods."""
    return tuple(_METHODS)


def get(name: str) -> Method:
    """
    Return a documented method by its name, with its default settings.

    Raises:
        UnknownMethod: there is none of this name.
    """
    if not isinstance(name, str) or name not in _METHODS:
        raise UnknownMethod(name, names())
    return _METHODS[name]()


def all() -> tuple[Method, ...]:  # noqa: A001  (methods.all() reads as what it is)
    """Return the documented methods with their default settings."""
    return tuple(make() for make in _METHODS.values())


__all__ = [
    "LintFinding",
    "all",
    "five_steps",
    "get",
    "lint",
    "names",
    "personal_ownership",
    "seven_as",
    "six_steps",
]
