"""Evidence from plain data, such as JSON gives; every problem is found, with its path."""

from __future__ import annotations

import types
import typing
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar, Union

import attrs

from complaintflow._evidence._annotations import is_sequence
from complaintflow._evidence._checks import kind_of
from complaintflow._evidence._values import as_decimal
from complaintflow._spelling import did_you_mean
from complaintflow.errors import EvidenceError

T = TypeVar("T")


def evidence_from_data(cls: type[T], data: object, name: str) -> T:
    """
    Return the evidence that plain data, such as JSON gives, describes.

    Times and amounts are texts in it, sequences are lists, and other evidence is a mapping.

    Raises:
        EvidenceError: fields are missing, unknown, or of the wrong type; all of them are listed,
            with their path.
    """
    found: list[str] = []
    value = _read(cls, data, "", found)
    if found:
        raise EvidenceError(name, tuple(found))
    return value  # type: ignore[no-any-return]


def _read(cls: type, data: object, path: str, found: list[str]) -> Any:
    if not isinstance(data, dict):
        found.append(f"{path or 'the evidence'} must be a mapping of fields, not {kind_of(data)}")
        return None
    known = cls.__evidence__  # type: ignore[attr-defined]
    has = ", ".join(known)
    before = len(found)
    found.extend(
        f"{path}{name} is no field of it{did_you_mean(str(name), known)}; it has: {has}"
        for name in data
        if name not in known
    )
    values = {}
    for field in attrs.fields(cls):
        if field.name in data:
            hint, check = known[field.name]
            where, so_far = f"{path}{field.name}", len(found)
            value = _from_plain(hint, data[field.name], where, found)
            if field.converter is not None and callable(field.converter):
                value = field.converter(value)
            if len(found) == so_far and (problem := check(value)):
                found.append(f"{where}{'' if problem[0] == '[' else ' '}{problem}")
            values[field.name] = value
        elif field.default is attrs.NOTHING:
            found.append(f"{path}{field.name} is missing")
    if len(found) > before:
        return None
    try:
        return cls(**values)
    except EvidenceError as error:
        found.extend(f"{path}{problem}" for problem in error.problems)
        return None


def _from_plain(hint: Any, value: object, where: str, found: list[str]) -> object:
    """Return a value as its annotation has it; what does not fit is left for the check."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _from_plain(arguments[0], value, where, found)
    if origin in (Union, types.UnionType):
        inner = next(a for a in arguments if a is not type(None))
        return None if value is None else _from_plain(inner, value, where, found)
    if is_sequence(hint) and isinstance(value, list):
        return tuple(
            _from_plain(arguments[0], each, f"{where}[{index}]", found)
            for index, each in enumerate(value)
        )
    if isinstance(value, dict) and isinstance(hint, type) and hasattr(hint, "__evidence__"):
        return _read(hint, value, f"{where}.", found)
    if hint is Decimal:
        return as_decimal(value)
    return _as_datetime(value) if hint is datetime else value


def _as_datetime(value: object) -> object:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
