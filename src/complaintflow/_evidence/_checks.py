"""What a value of a field must be, by the annotation of the field."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union

import attrs

from complaintflow._evidence._annotations import NotEmpty, is_sequence
from complaintflow._time import EARLIEST, LATEST

Problem = str | None
Check = Callable[[Any], Problem]

_DIGITS = 15
_PLACES = 12
"""The digits of a number, and those after its point: sums of such are exact, whatever they are."""
_HALF = "[\ud800-\udfff]"  # few texts are looked at for it
_VISIBLE = re.compile(r"[^\s\u200b-\u200f\u2060\ufeff]")


def text_problem(value: object) -> Problem:
    """Return what keeps a value from being a text that says something. None: nothing does."""
    if type(value) is not str:
        return f"must be text, not {kind_of(value)}"
    if _VISIBLE.search(value) is None:
        return "must not be blank"
    if not value.isascii() and re.search(_HALF, value):
        return "must be text that can be written down; it holds half a character"
    return None


def _moment(value: object) -> Problem:
    if not isinstance(value, datetime):
        return f"must be a time with a zone, such as '2026-01-05T09:00:00Z', not {kind_of(value)}"
    if value.tzinfo is None or value.utcoffset() is None:
        return "must be a datetime with a time zone; a naive one could mean any of 38 instants"
    if not EARLIEST <= value.year <= LATEST:
        return f"must be of a year from {EARLIEST} to {LATEST}, not {value.year}"
    return None


def _number(value: object) -> Problem:
    if type(value) is not Decimal:
        return f"must be a decimal number such as '40.00', not {kind_of(value)}"
    if not value.is_finite():
        return "must be a finite number"
    # Decimals of more digits are rounded when they are added, and money is not.
    _, digits, exponent = value.as_tuple()
    if value.adjusted() >= _DIGITS or len(digits) > _DIGITS:
        return f"must be a number of at most {_DIGITS} digits"
    if exponent < -_PLACES:  # type: ignore[operator]  # a finite one has a number there
        return f"must be a number of at most {_PLACES} digits after the point"
    return None


def _whole(value: object) -> Problem:
    return None if type(value) is int else f"must be a whole number, not {kind_of(value)}"


def _flag(value: object) -> Problem:
    return None if type(value) is bool else f"must be True or False, not {kind_of(value)}"


_PLAIN: dict[object, Check] = {
    str: text_problem,
    datetime: _moment,
    Decimal: _number,
    int: _whole,
    bool: _flag,
}


def kind_of(value: object) -> str:
    """Return a value and its type, for an error."""
    return "None" if value is None else f"{type(value).__name__} ({value!r:.40})"


def _one_of(choices: tuple[object, ...]) -> Check:
    allowed = frozenset(choices)
    told = ", ".join(repr(choice) for choice in choices)

    def check(value: object) -> Problem:
        if isinstance(value, str) and value in allowed:
            return None
        return f"must be one of {told}, not {kind_of(value)}"

    return check


def _many(item: Check) -> Check:
    def check(value: object) -> Problem:
        if not isinstance(value, tuple):
            return f"must be a sequence, not {kind_of(value)}"
        for index, each in enumerate(value):
            problem = item(each)
            if problem:
                return f"[{index}] {problem}"
        return None

    return check


def _not_empty(check: Check) -> Check:
    return lambda value: "must not be empty" if value == () else check(value)


def _optional(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _instance(wanted: type) -> Check:
    def check(value: object) -> Problem:
        if isinstance(value, wanted):
            return None
        return f"must be a {wanted.__name__}, not {kind_of(value)}"

    return check


def check_for(hint: Any) -> Check:
    """Return the check for an annotation; TypeError where evidence cannot have that type."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        check = check_for(arguments[0])
        return _not_empty(check) if any(isinstance(a, NotEmpty) for a in arguments) else check
    if origin is Literal and all(isinstance(choice, str) for choice in arguments):
        return _one_of(arguments)
    if origin in (Union, types.UnionType) and type(None) in arguments and len(arguments) == 2:  # noqa: PLR2004
        return _optional(check_for(next(a for a in arguments if a is not type(None))))
    if is_sequence(hint):
        return _many(check_for(arguments[0]))
    if isinstance(hint, type) and attrs.has(hint):
        return _instance(hint)
    message = (
        f"evidence cannot be {hint!r}; use str, Said, Told, bool, int, Decimal, datetime, "
        "a Literal of texts, an evidence class, Sequence[X] of these, or X | None"
    )
    raise TypeError(message)
