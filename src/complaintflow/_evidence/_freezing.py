"""Evidence classes: frozen, with the checks of their annotations."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, dataclass_transform

import attrs

from complaintflow._evidence._annotations import hints_of, holds_sequence
from complaintflow._evidence._checks import Check, check_for
from complaintflow._evidence._words import personal_of
from complaintflow._help import tells_fields
from complaintflow._value import Value
from complaintflow.errors import EvidenceError

T = TypeVar("T")


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _check_of(cls: type, hint: Any) -> Check:
    try:
        return check_for(hint)
    except TypeError as unfit:
        message = f"{cls.__name__}: {unfit}"
        raise TypeError(message) from None


def freeze(cls: type[T], name: str, public: Sequence[str] = ()) -> type[T]:
    """
    Make *cls* a frozen attrs class whose instances check themselves against its annotations.

    A method `problems(self)` of the class may yield further sentences; it runs only when every
    field is of its type. Texts are personal data, but for the fields that are *public*.

    Raises:
        TypeError: an annotation is not a type that evidence can have, or a public field no text.
    """
    hints = hints_of(cls)
    checks = tuple((field, _check_of(cls, hint)) for field, hint in hints.items())
    own_problems = getattr(cls, "problems", None)

    def __attrs_post_init__(self: Any) -> None:  # noqa: N807
        found = []
        for field, check in checks:
            problem = check(getattr(self, field))
            if problem:
                found.append(f"{field}{'' if problem[0] == '[' else ' '}{problem}")
        if own_problems is not None and not found:
            found.extend(own_problems(self))
        if found:
            raise EvidenceError(name, tuple(found))

    def take_lists(_: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
        return [
            field.evolve(converter=_as_tuple)
            if field.converter is None and holds_sequence(hints.get(field.name))
            else field
            for field in fields
        ]

    cls.__attrs_post_init__ = __attrs_post_init__  # type: ignore[attr-defined]
    cls.__evidence__ = {field: (hints[field], check) for field, check in checks}  # type: ignore[attr-defined]
    cls.__personal__ = personal_of(cls, public)  # type: ignore[attr-defined]
    for name_ in ("__eq__", "__hash__", "__repr__"):
        setattr(cls, name_, getattr(Value, name_))
    tells_fields(cls)
    # attrs would compile methods of its own for each class, which is most of what importing the
    # vocabulary would cost.
    try:
        return attrs.frozen(cls, field_transformer=take_lists, eq=False, repr=False)
    except ValueError:
        late = ", ".join(_after_defaults(cls, hints))
        message = f"{cls.__name__}: fields without a default come first; {late} must be moved up"
        raise TypeError(message) from None


def _after_defaults(cls: type, fields: Iterable[str]) -> Iterator[str]:
    """Yield the fields without a default that come after one with a default."""
    has_default = False
    for name in fields:
        if name in vars(cls):
            has_default = True
        elif has_default:
            yield name


@typing.overload
@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def evidence(cls: type[T], /) -> type[T]: ...
@typing.overload
@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def evidence(*, public: Sequence[str] = ()) -> Callable[[type[T]], type[T]]: ...
def evidence(
    cls: type[T] | None = None, /, *, public: Sequence[str] = ()
) -> type[T] | Callable[[type[T]], type[T]]:
    """
    Declare a value that acts can carry; `@evidence class Address: street: str`.

    Args:
        cls: the class.

        public: its texts that hold no personal data, such as ids and codes. All other texts go
            where personal data is erased.

    Raises:
        TypeError: a field's type is none that evidence can have, or a public field is no text.
    """

    def make(cls: type[T]) -> type[T]:
        return freeze(cls, cls.__name__, public)

    return make if cls is None else make(cls)
