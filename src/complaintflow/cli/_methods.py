"""Which method is meant: by a name of the library's, a path, or an address in a program."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date

from attrs import frozen

from complaintflow import EvidenceError, Method, TimeError, UnknownMethod, documents, methods
from complaintflow.cli._program import ADDRESS, made_at
from complaintflow.cli._reading import Unusable
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
    Return the method that is meant by a name, the path of a document, or an address.

    Args:
        name: the name, the path, or `module:name` of a method in a program of the host's, or of
            a function that returns one.

        stand_ins: whether guards of a host are stood in for.

        acts: the acts of a host that are stood in for, by their triggers.

    Raises:
        UnknownMethod: there is none of this name, and it is no path and no address.

        Unusable: there is nothing under the address, or it is no method.

        DocumentError: the document is no method; every problem is listed.

        EvidenceError: acts are to be stood in for in a method that is no document.
    """
    if acts and (name in names() or ADDRESS.fullmatch(name)):
        told = f"{name} has no acts of a host to stand in for; only a document can have some"
        raise EvidenceError("--act", (told,))
    if name in methods.names():
        return methods.get(name)
    if name in documents.names():
        return documents.get(name)
    is_path = name.lower().endswith((*SUFFIXES, ".py")) or os.path.basename(name) != name  # noqa: PTH119
    # `lexists` raises nothing, whatever the name is.
    if is_path or os.path.lexists(name):
        return documents.read(name, stand_ins=stand_ins, stand_in_acts=acts)
    if ADDRESS.fullmatch(name):
        return _method_at(name)
    raise UnknownMethod(name, names())


def _method_at(address: str) -> Method:
    method = made_at(address)
    if not isinstance(method, Method):
        raise Unusable(
            f"{address} is no method, and makes none: {method!r:.80}; name one that does"
        )
    return method


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
