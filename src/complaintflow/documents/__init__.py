"""
Methods as documents: TOML for people, JSON for machines, read into the same `Method`.

A document names acts and requirements of the closed vocabulary, and what its host hands to the
reader by name. It never names code: reading one imports nothing and calls nothing it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from complaintflow._method import Method
from complaintflow._requirements import Requirement
from complaintflow._spelling import did_you_mean
from complaintflow.acts import Act
from complaintflow.documents._kinds import told
from complaintflow.documents._lines import line_of
from complaintflow.documents._parsing import FORMATS, Format, parse
from complaintflow.documents._reading import Reading, checked_guards, host_acts, library_acts
from complaintflow.documents._toml import toml_of
from complaintflow.documents._writing import data_of
from complaintflow.errors import (
    DocumentError,
    DocumentProblem,
    EvidenceError,
    UnknownMethod,
)

_SHIPPED = ("last", "heard")


def read(
    path: str | PathLike[str],
    *,
    acts: Iterable[type[Act]] = (),
    guards: Mapping[str, Requirement] | None = None,
    stand_ins: bool = False,
    stand_in_acts: Iterable[str] = (),
) -> Method:
    """
    Return the method that a file describes; `.json` is read as JSON, `.toml` as TOML.

    Args:
        path: the file, in UTF-8.

        acts: the host's own acts that the document may name by their triggers.

        guards: the host's own requirements, by the names the document may call them.

        stand_ins: True: a guard that is not handed over is stood in for by one that always says
            no. That does for `check` and for an audit, which ask no guard, and for no case.

        stand_in_acts: the triggers of the host's acts that are stood in for, each by an agent's
            act without evidence, that is no remedy and recognises nothing; for these two as well.
            They are named one by one, so that a slip of the pen is none of them.

    Raises:
        EvidenceError: *path* is none.

        DocumentError: the file cannot be read, or what it says is no method; every problem is
            listed, with its line.
    """
    if not isinstance(path, str | PathLike) or not isinstance(fspath(path), str):
        raise EvidenceError("documents.read", (f"path must be that of a file, {_not_but(path)}",))
    name = fspath(path)
    form = Path(name).suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise _unusable(name, _OF_PYTHON if form == "py" else _NO_SUFFIX)
    try:
        text = Path(name).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _unusable(name, "it is not UTF-8; save it as UTF-8", line) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise _unusable(name, f"it cannot be read: {why}") from None
    stood_in = frozenset(stand_in_acts)
    return _read(text, form, name, acts, guards, stand_ins=stand_ins, stand_in_acts=stood_in)


_NO_SUFFIX = "its name must end with .toml or .json"
_OF_PYTHON = (
    "a method in Python is no document: to a command it is MODULE:NAME, such as helpdesk.methods:"
    "ours; complaintflow.documents.dumps(method) writes it out"
)


def loads(
    text: str,
    *,
    format: Format = "toml",  # noqa: A002  (the word that whoever calls it looks for)
    acts: Iterable[type[Act]] = (),
    guards: Mapping[str, Requirement] | None = None,
) -> Method:
    """
    Return the method that a text describes; see :func:`read`.

    Raises:
        EvidenceError: *text* is none.

        DocumentError: what it says is no method; every problem is listed, with its line.
    """
    if not isinstance(text, str):
        raise EvidenceError("documents.loads", (f"text must be a text, {_not_but(text)}",))
    return _read(text, _one_of_two(format), "", acts, guards)


def dumps(
    method: Method,
    *,
    format: Format = "toml",  # noqa: A002
    guards: Mapping[str, Requirement] | None = None,
) -> str:
    """
    Return a method as a text, from which `loads` reads the very same method.

    Args:
        method: any method made of the vocabulary, and of what is registered.

        format: `toml` for people, `json` for machines.

        guards: the host's own requirements, by the names to call them in the document.

    Raises:
        EvidenceError: *method* is none.

        DocumentError: the method holds what a document cannot say; all of it is listed.
    """
    if not isinstance(method, Method):
        told = f"a method is built by calling it, such as six_steps(), {_not_but(method)}"
        raise EvidenceError("documents.dumps", (told,))
    form = _one_of_two(format)
    data = data_of(method, checked_guards(guards or {}))
    if form == "toml":
        return toml_of(data)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def names() -> tuple[str, ...]:
    """Return the names of the methods that are shipped as documents."""
    return _SHIPPED


def text(name: str) -> str:
    """
    Return the document of a shipped method, as TOML with its comments.

    Raises:
        UnknownMethod: there is none of this name.
    """
    if name not in _SHIPPED:
        raise UnknownMethod(name, _SHIPPED)
    file = resources.files("complaintflow.documents") / "shipped" / f"{name}.toml"
    return file.read_text(encoding="utf-8")


@cache
def get(name: str) -> Method:
    """
    Return a method that is shipped as a document, by its name.

    Raises:
        UnknownMethod: there is none of this name.
    """
    return loads(text(name))


def all() -> tuple[Method, ...]:  # noqa: A001  (documents.all() reads as what it is)
    """Return the methods that are shipped as documents."""
    return tuple(map(get, _SHIPPED))


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a document, which is shipped as `schema.json`."""
    file = resources.files("complaintflow.documents") / "schema.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _read(
    text: str,
    form: Format,
    file: str,
    acts: Iterable[type[Act]],
    guards: Mapping[str, Requirement] | None,
    *,
    stand_ins: bool = False,
    stand_in_acts: frozenset[str] = frozenset(),
) -> Method:
    subject = file or "the document"
    known = library_acts() | host_acts(acts)
    reading = Reading(known, checked_guards(guards or {}), stand_ins, stand_in_acts)
    parsed = parse(text, form, subject=subject, file=file)
    method = reading.method(parsed.data)
    if method is not None:
        return method
    places = (
        DocumentProblem(text, told(path), line_of(path, parsed.lines), file)
        for path, text in reading.found.problems
    )
    raise DocumentError(subject, tuple(sorted(places, key=lambda place: place.line or 0)))


def _not_but(value: object) -> str:
    decode = "; decode it first" if isinstance(value, bytes) else ""
    return f"not {type(value).__name__}{decode}"


def _one_of_two(value: str) -> Any:
    if value not in FORMATS:
        message = f"there is no format {value!r}{did_you_mean(str(value), FORMATS)}"
        raise DocumentError("a document", (DocumentProblem(f"{message}: toml or json"),))
    return value


def _unusable(name: str, why: str, line: int | None = None) -> DocumentError:
    return DocumentError(name, (DocumentProblem(why, "", line, name),))


__all__ = ["Format", "all", "dumps", "get", "loads", "names", "read", "schema", "text"]
