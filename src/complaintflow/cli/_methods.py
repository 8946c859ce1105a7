"""Which method is meant: one of the library's by its name, or a document by its path."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date

from attrs import frozen

from complaintflow import EvidenceError, Method, TimeError, UnknownMethod, documents, methods
from complaintflow.ports import Calendar

SUFFIXES = (".toml", ".json")


def names() -> tuple[str, ...]:
    """Return the names of all methods that are shipped."""
    return (*methods.names(), *documents.names())


def every_method() -> tuple[Method, ...]:
    """Return all methods that are shipped, with their default settings."""
    return (*methods.all(), *documents.all())


def method_of(name: str, *, stand_ins: bool = False, acts: Iterable[str] = ()) -> Method:
    """
    Return the method that is meant by a name, or by the path of a document.

    Args:
        name: the name or the path.

        stand_ins: whether guards of a host are stood in for.

        acts: the acts of a host that are stood in for, by their triggers.

    Raises:
        UnknownMethod: there is none of this name, and it is no path.

        DocumentError: the document is no method; every problem is listed.

        EvidenceError: acts are to be stood in for in a method that is no document.
    """
    if acts and name in names():
        told = f"{name} has no acts of a host; only a document of yours can have some"
        raise EvidenceError("--act", (told,))
    if name in methods.names():
        return methods.get(name)
    if name in documents.names():
        return documents.get(name)
    is_path = name.lower().endswith((*SUFFIXES, ".py")) or os.path.basename(name) != name  # noqa: PTH119
    # `lexists` raises nothing, whatever the name is.
    if is_path or os.path.lexists(name):
        return documents.read(name, stand_ins=stand_ins, stand_in_acts=acts)
    raise UnknownMethod(name, names())


@frozen
class _Missing:
    name: str

    def is_business_day(self, day: date) -> bool:
        message = f"whether {day} is a business day cannot be told here: no calendar {self.name!r}"
        raise TimeError(message)


def no_calendars(*methods: Method) -> dict[str, Calendar]:
    """Return what stands for the calendars of methods where they are read; no day is counted."""
    return {name: _Missing(name) for method in methods for name in method.calendars}


def is_document(method: Method) -> bool:
    """Return whether a method is shipped as a document."""
    return method.name in documents.names()
