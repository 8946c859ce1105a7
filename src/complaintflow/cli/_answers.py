"""What is asked for one field of an act, and what an answer in words means."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Union

import attrs
from attrs import frozen

from complaintflow._evidence import NotEmpty, Voice, voice_of
from complaintflow._help import docs_of
from complaintflow._time import must_be_aware
from complaintflow.cli._description import uncited
from complaintflow.cli._page import moment
from complaintflow.errors import TimeError, nearest

Check = Callable[[object], str | None]
Evidence = Mapping[str, tuple[object, Check]]
"""The fields of evidence, each with its annotation and its check."""


class NotUnderstood(Exception):
    """An answer that means nothing where it was given; it says what would."""


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


_SPOKEN = {"None:": "Left out:", "Empty:": "Left out:", "True:": "Yes:", "False:": "No:"}


def _for_people(doc: str) -> str:
    """Return what a program is told of a field as people say it."""
    told = uncited(" ".join(doc.replace("`", "").split()))
    for value, spoken in _SPOKEN.items():
        told = told.replace(value, spoken)
    return told


# -- what is said beside the question -------------------------------------------------------------


def choices_of(base: object) -> tuple[Choice, ...]:
    """Return what a field is chosen from; nothing where it is not."""
    if typing.get_origin(base) is Literal:
        return tuple(Choice(value) for value in typing.get_args(base))
    return ()


def how(base: object) -> str:
    """Return how such a value is written, in words; empty where nobody has to be told."""
    return _HOW.get(base, "")


MOMENTS = "2026-01-08 17:00, tomorrow 9:00, +3 days, +2 weeks or +4 hours; times are in UTC"

_HOW: dict[object, str] = {
    bool: "yes or no",
    int: "a whole number",
    Decimal: "a number such as 40.00",
    datetime: MOMENTS,
}


def shown(value: object) -> str:
    """Return a value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, tuple):
        return "; ".join(map(shown, value)) or "none"
    if attrs.has(type(value)):
        told = [
            f"{field.name.replace('_', ' ')}: {shown(each)}"
            for field in attrs.fields(type(value))  # type: ignore[arg-type]
            if (each := getattr(value, field.name)) not in (None, False, ())
        ]
        return ", ".join(told)
    return "none" if value is None else str(value)


# -- what an answer means -------------------------------------------------------------------------


def understood(
    base: object, answer: str, *, now: datetime, choices: Sequence[Choice] = ()
) -> object:
    """
    Return the value that an answer means.

    Args:
        base: the type of the value.

        answer: what was answered.

        now: the moment that times such as `tomorrow 9:00` are counted from.

        choices: what can be answered by number. Unless the type is one of texts, nothing else.

    Raises:
        NotUnderstood: it means none; says what would.
    """
    answer = answer.strip() if base is not str or choices else answer
    if choices:
        found = _chosen(answer, choices, strict=base is not str)
        if found is not None:
            return found.value
    return _READ[base](answer, now) if base in _READ else answer


def _chosen(answer: str, choices: Sequence[Choice], *, strict: bool) -> Choice | None:
    if answer.isdecimal() and 1 <= int(answer) <= len(choices):
        return choices[int(answer) - 1]
    names = [str(choice.value) for choice in choices]
    plain = answer.casefold().replace(" ", "_")
    exact = [i for i, name in enumerate(names) if name.casefold() == plain]
    # Where any text will do, the beginning of a name may be another one.
    begun = [i for i, name in enumerate(names) if name.casefold().startswith(plain) and strict]
    found = exact or begun
    if len(found) == 1:
        return choices[found[0]]
    if not strict:
        return None
    hint = nearest(answer, names)
    meant = f" (did you mean '{hint}'?)" if hint and not found else ""
    one = "more than one begins so" if found else f"that is none of them{meant}"
    raise NotUnderstood(f"{one}; choose by number or name: {', '.join(names)}")


def _flag(answer: str, _: datetime) -> bool:
    yes, no = {"yes", "y", "true"}, {"no", "n", "false"}
    plain = answer.casefold()
    if plain in yes | no:
        return plain in yes
    raise NotUnderstood(f"answer yes or no, not '{answer:.40}'")


def _whole(answer: str, _: datetime) -> int:
    try:
        return int(answer)
    except ValueError:
        raise NotUnderstood(f"'{answer:.40}' is no whole number; write one such as 3") from None


def _number(answer: str, _: datetime) -> Decimal:
    try:
        return Decimal(answer)
    except InvalidOperation:
        raise NotUnderstood(
            f"'{answer:.40}' is no number; write one such as 40.00, without a currency"
        ) from None


_UNITS = {"hour": 1, "day": 24, "week": 168}
_AHEAD = re.compile(r"\+\s*(\d{1,4})\s*(hour|day|week)s?(?:\s+(.+))?", re.IGNORECASE)
_DAYS = {"today": 0, "tomorrow": 1}


def moment_of(answer: str, now: datetime) -> datetime:
    """
    Return the moment that an answer means; without a zone it is in UTC.

    Raises:
        NotUnderstood: it means none; says how one is written.
    """
    found = _moment(answer.strip(), now.astimezone(UTC))
    if found is None:
        raise NotUnderstood(f"'{answer:.40}' is no time; write one such as {MOMENTS}")
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return must_be_aware(found).astimezone(UTC)
    except (TimeError, OverflowError) as error:
        raise NotUnderstood(f"{error}; write a time such as {MOMENTS}") from None


def _moment(answer: str, now: datetime) -> datetime | None:
    if answer.casefold() == "now":
        return now
    ahead = _AHEAD.fullmatch(answer)
    if ahead:
        then = now + timedelta(hours=int(ahead[1]) * _UNITS[ahead[2].lower()])
        return then if ahead[3] is None else _at_time(then, ahead[3])
    day, _, rest = answer.partition(" ")
    if day.casefold() in _DAYS:
        return _at_time(now + timedelta(days=_DAYS[day.casefold()]), rest)
    # A day alone could be its morning or its evening.
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", answer):
        raise NotUnderstood(f"say the time as well: {answer} 17:00")
    try:
        return datetime.fromisoformat(answer)
    except ValueError:
        return None


def _at_time(day: datetime, answer: str) -> datetime | None:
    clock = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", answer.strip())
    try:
        at = time(int(clock[1]), int(clock[2] or 0)) if clock else None
    except ValueError:
        at = None
    return None if at is None else datetime.combine(day.date(), at, UTC)


_READ: dict[object, Any] = {bool: _flag, int: _whole, Decimal: _number, datetime: moment_of}
