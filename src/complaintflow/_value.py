"""
Equality, hash and text of frozen values, written once.

attrs compiles methods of its own for every class; over a hundred classes that is most of what
importing the library would cost. These read the fields instead: they compare the same fields, and
are slower only where nobody waits for them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Self

import attrs

from complaintflow._help import tells_fields


def _fields(cls: type) -> tuple[attrs.Attribute[object], ...]:
    fields: tuple[attrs.Attribute[object], ...] = attrs.fields(cls)
    return fields


@cache
def _compared(cls: type) -> Callable[[object], object]:
    names = [a.name for a in _fields(cls) if a.eq]
    return attrgetter(*names) if names else lambda _: ()


@cache
def _hashed(cls: type) -> Callable[[object], object]:
    names = [a.name for a in _fields(cls) if a.eq and a.hash is not False]
    return attrgetter(*names) if names else lambda _: ()


class Value:
    """The base of frozen values that leave equality, hash and text to it."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        tells_fields(cls)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        compared = _compared(type(self))  # type: ignore[arg-type]  # a class has a hash
        return bool(compared(self) == compared(other))

    def __copy__(self) -> Self:
        return self  # nobody changes it, so one is enough

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __hash__(self) -> int:
        cls: type = type(self)
        return hash((cls, _hashed(cls)(self)))

    def __repr__(self) -> str:
        cls: type = type(self)
        told = ", ".join(f"{a.alias}={getattr(self, a.name)!r}" for a in _fields(cls) if a.repr)
        return f"{cls.__name__}({told})"
