"""The vocabulary: its makers by name, and how what they make remembers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

from complaintflow._requirements._base import Made, Requirement, does

P = ParamSpec("P")
Maker = Callable[..., Requirement]
Evidence = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]

VOCABULARY: dict[str, Maker] = {}
"""Every maker by its name: the closed set that a document can name."""

_NAMES = "Iterable[str]"
_TAKES_MANY = 0x04
"""The mark of a function with `*arguments`."""


def maker(evidence: Evidence) -> Callable[[Callable[P, Requirement]], Callable[P, Requirement]]:
    """
    Take a function into the vocabulary: what it makes remembers it, with its arguments.

    Args:
        evidence: the fields of an act that its requirement reads, each with the type it must
            have; `X | None` where it may be None, `object` where any will do. A function, where
            they depend on what the maker is given, by name.
    """

    def register(make: Callable[P, Requirement]) -> Callable[P, Requirement]:
        name: str = make.__name__
        many = _many(make)

        @wraps(make)
        def remembering(*args: P.args, **kwargs: P.kwargs) -> Requirement:
            arguments = _bound(make, args, kwargs)
            if many is None:
                made = make(**arguments)  # type: ignore[call-arg]
            else:
                others = {key: value for key, value in arguments.items() if key != many}
                made = make(*arguments[many], **others)
            reads = evidence(arguments) if callable(evidence) else evidence
            told = tuple((k, v) for k, v in arguments.items() if v != _default(make, k))
            note = Made(name, told, tuple(reads.items()), does(made))
            # It is new, and nobody else has it yet.
            object.__setattr__(made, "made_by", note)
            made.__attrs_post_init__()
            return made

        VOCABULARY[name] = remembering
        return remembering

    return register


def _many(make: Callable[..., object]) -> str | None:
    """Return the name of a function's `*arguments`; None where it has none."""
    code = make.__code__
    if not code.co_flags & _TAKES_MANY:
        return None
    return code.co_varnames[code.co_argcount + code.co_kwonlyargcount]


def _bound(
    make: Callable[..., object], args: tuple[object, ...], kwargs: Mapping[str, object]
) -> dict[str, Any]:
    """
    Return what a function is given, by name, in its own order.

    Not with `inspect`: makers are called hundreds of times when methods are built. What does not
    fit is left for the call to complain about.
    """
    code, many = make.__code__, _many(make)
    ordered: dict[str, Any]
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    given = dict(kwargs) if many else dict(zip(names, args, strict=False)) | dict(kwargs)
    hints = make.__annotations__
    ordered = {name: given.pop(name) for name in names if name in given}
    for name, value in ordered.items():
        if hints.get(name) == _NAMES:
            ordered[name] = (value,) if isinstance(value, str) else tuple(value)
    return ({many: args} if many else {}) | ordered | given


def _default(make: Callable[..., object], name: str) -> object:
    return (make.__kwdefaults__ or {}).get(name, _NOTHING)


_NOTHING = object()
