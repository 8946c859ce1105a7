"""
How the pieces of a definition take what they are given: one name or several, pairs, other pieces.

What cannot be taken is kept as it is. A method tells of it, together with everything else that is
wrong with its definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from complaintflow.acts import Act

T = TypeVar("T")


def several(value: Iterable[T]) -> tuple[T, ...]:
    """Take many things as a tuple; a lone text is not many."""
    if isinstance(value, str):
        return value  # type: ignore[return-value]  # kept, to be told
    try:
        return tuple(value)
    except TypeError:
        return value  # type: ignore[return-value]  # kept, to be told


def names(value: Iterable[str] | str) -> tuple[str, ...]:
    """Take one name, or several in their order; a lone text is one name, never its letters."""
    return (value,) if isinstance(value, str) else several(value)


def name_set(value: Iterable[str] | str) -> frozenset[str]:
    """Take one name, or several in no order."""
    taken = names(value)
    try:
        return frozenset(taken)
    except TypeError:
        return taken  # type: ignore[return-value]  # kept, to be told


def trigger(value: str | type[Act]) -> str:
    """Take an act by its trigger or its class."""
    name = getattr(value, "trigger", None)
    return name if isinstance(name, str) and name else value  # type: ignore[return-value]


def triggers(value: Iterable[str | type[Act]] | str | type[Act]) -> tuple[str, ...]:
    """Take one act or several, each by its trigger or its class."""
    taken: Any = (value,) if isinstance(value, str | type) else several(value)
    return tuple(map(trigger, taken)) if isinstance(taken, tuple) else taken


def pairs(
    value: Mapping[str, object] | Iterable[tuple[str, object]],
) -> tuple[tuple[str, object], ...]:
    """Take a mapping, or pairs in their order."""
    if isinstance(value, Mapping):
        return tuple(value.items())
    taken: Any = several(value)
    if not isinstance(taken, tuple):
        return taken  # type: ignore[no-any-return]  # kept, to be told
    return tuple(tuple(each) if isinstance(each, list) else each for each in taken)
