"""Annotations of evidence: the marks on them, and what they say of a field."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, Union

import attrs

from complaintflow._value import Value

Voice = Literal["agent", "customer"]


@attrs.frozen(eq=False, repr=False)
class Voiced(Value):
    """Marks a text as somebody's words; a plain `str` is a note for the record."""

    voice: Voice


@attrs.frozen(eq=False, repr=False)
class NotEmpty(Value):
    """Marks a sequence that must hold something."""


Said = Annotated[str, Voiced("agent")]
"""What the agent says to the customer. Language rules read these texts, and no others."""

Told = Annotated[str, Voiced("customer")]
"""What the customer says. No rule ever judges it."""


def is_sequence(hint: Any) -> bool:
    """Return whether a field of this annotation holds many."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Sequence:
        return True
    return origin is tuple and len(arguments) == 2 and arguments[1] is ...  # noqa: PLR2004


def holds_sequence(hint: Any) -> bool:
    """Return whether a field of this annotation may hold many, or has a part that does."""
    if typing.get_origin(hint) is Annotated:
        return holds_sequence(typing.get_args(hint)[0])
    return is_sequence(hint) or any(map(holds_sequence, typing.get_args(hint)))


def fits(hint: Any, wanted: Any) -> bool:
    """Return whether a field of one annotation can be read as another; `object` reads any."""
    if wanted is object:
        return True
    inner, may_be_none = _bare(hint)
    wish, none_is_fine = _bare(wanted)
    return inner == wish and (none_is_fine or not may_be_none)


def _bare(hint: Any) -> tuple[Any, bool]:
    """Return an annotation without its marks, and whether it may be None."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _bare(arguments[0])
    if origin in (Union, types.UnionType):
        return _bare(next(a for a in arguments if a is not type(None)))[0], True
    return ((Sequence, _bare(arguments[0])) if is_sequence(hint) else hint), False


def base_of(hint: Any) -> Any:
    """Return what a field holds, one or many, or none."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated or is_sequence(hint):
        return base_of(arguments[0])
    if origin in (Union, types.UnionType):
        return base_of(next(a for a in arguments if a is not type(None)))
    return hint


@cache
def holds_moments(cls: type) -> bool:
    """Return whether evidence of a class can have a time in it."""
    bases = [base_of(hint) for hint, _ in getattr(cls, "__evidence__", {}).values()]
    return any(
        base is datetime or (isinstance(base, type) and holds_moments(base)) for base in bases
    )


def hints_of(cls: type) -> dict[str, Any]:
    """Return the annotations of a class by field; TypeError where one names nothing."""
    try:
        hints = typing.get_type_hints(cls, include_extras=True)
    except NameError as unknown:
        message = f"{cls.__name__}: {unknown}; annotate fields with names of its module"
        raise TypeError(message) from None
    return {name: h for name, h in hints.items() if typing.get_origin(h) is not typing.ClassVar}
