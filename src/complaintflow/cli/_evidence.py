"""What the fields of evidence hold: for the form that asks for them, and for whoever reads."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union

import attrs
from attrs import frozen

from complaintflow._evidence._annotations import NotEmpty, Voice
from complaintflow._evidence._words import voice_of
from complaintflow._help import docs_of
from complaintflow._spelling import listed

Check = Callable[[object], str | None]
Evidence = Mapping[str, tuple[object, Check]]
"""The fields of evidence, each with its annotation and its check."""


@frozen
class Choice:
    """Something that can be answered by its number."""

    value: object
    label: str = ""
    """What it stands for, in words. Empty: it says so itself."""


@frozen
class Wanted:
    """One field to fill in."""

    name: str
    about: str
    """What it holds, in its own words. Empty: its name has to do."""
    base: Any
    """The type of the value, or of one of them."""
    voice: Voice | None
    is_many: bool
    must_be: bool
    """True: there has to be an answer, or at least one of several."""
    is_personal: bool
    """True: it holds words or names. False: it may be the id of something."""
    check: Check
    """Returns what keeps a value from being one of its. None: nothing does."""
    default: object
    """What it is where nothing is answered. NOTHING: it has to be answered."""

    @property
    def words(self) -> str:
        """The name as people write it."""
        return self.name.replace("_", " ")

    @property
    def is_evidence(self) -> bool:
        """Whether it holds fields of its own."""
        return isinstance(self.base, type) and attrs.has(self.base)

    @property
    def kind(self) -> str:
        """What it holds, as people say it; `'yes or no'`, `'Remedy, one or more'`."""
        if choices := choices_of(self.base):
            one = listed((str(choice.value) for choice in choices), "or")
        elif self.voice is not None:
            one = "said to the customer" if self.voice == "agent" else "the customer's words"
        else:
            one = self.base.__name__ if self.is_evidence else _KINDS.get(self.base, "text")
        many = "one or more" if self.must_be else "any number"
        return f"{one}, {many}" if self.is_many else one


_KINDS: Mapping[object, str] = {
    bool: "yes or no",
    int: "a whole number",
    Decimal: "a number",
    datetime: "a time",
}


def wanted_of(cls: type) -> tuple[Wanted, ...]:
    """Return the fields of an act, or of other evidence, in order."""
    told = docs_of(cls)
    known: Evidence = cls.__evidence__  # type: ignore[attr-defined]
    personal = cls.__personal__  # type: ignore[attr-defined]
    return tuple(
        _wanted(field, known[field.name], _for_people(told.get(field.name, "")), personal)
        for field in attrs.fields(cls)
    )


def _wanted(
    field: attrs.Attribute[object],
    known: tuple[object, Check],
    about: str,
    personal: Collection[str],
) -> Wanted:
    hint, check = known
    base, is_many, not_empty = _shape(hint)
    return Wanted(
        name=field.name,
        about=about,
        base=base,
        voice=voice_of(hint),
        is_many=is_many,
        must_be=field.default is attrs.NOTHING and (not is_many or not_empty),
        is_personal=field.name in personal,
        check=check,
        default=field.default,
    )


def _shape(hint: object) -> tuple[object, bool, bool]:
    """Return what a field holds, whether it holds several, and whether it must hold one."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        base, is_many, not_empty = _shape(arguments[0])
        return base, is_many, not_empty or any(isinstance(a, NotEmpty) for a in arguments)
    if origin in (Union, types.UnionType):
        return _shape(next(a for a in arguments if a is not type(None)))
    if origin in (Sequence, tuple):
        return _shape(arguments[0])[0], True, False
    return hint, False, False


def carried_by(classes: Iterable[type]) -> tuple[type, ...]:
    """Return the evidence with fields of its own that acts carry, each once, in order."""
    found: dict[type, None] = {}
    for cls in classes:
        own = [wanted.base for wanted in wanted_of(cls) if wanted.is_evidence]
        found |= dict.fromkeys([*own, *carried_by(own)])
    return tuple(found)


_CLAUSES = re.compile(r"\s*\((?:\w+-\d+)(?:, \w+-\d+)*\)")


def uncited(text: str) -> str:
    """Return a text without the clauses it stands on, for somebody who wants to act on it."""
    return _CLAUSES.sub("", text)


_SPOKEN = {"None:": "Left out:", "Empty:": "Left out:", "True:": "Yes:", "False:": "No:"}


def _for_people(doc: str) -> str:
    """Return what a program is told of a field as people say it."""
    told = uncited(" ".join(doc.replace("`", "").split()))
    for value, spoken in _SPOKEN.items():
        told = told.replace(value, spoken)
    return told


def choices_of(base: object) -> tuple[Choice, ...]:
    """Return what a field is chosen from; nothing where it is not."""
    if typing.get_origin(base) is Literal:
        return tuple(Choice(value) for value in typing.get_args(base))
    return ()
