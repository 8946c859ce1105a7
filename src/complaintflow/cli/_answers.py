"""How a value is written by people, and what an answer in words means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import attrs

from complaintflow._spelling import nearest
from complaintflow._time import must_be_aware
from complaintflow.cli._evidence import Choice
from complaintflow.cli._page import moment
from complaintflow.cli._zone import local, zone
from complaintflow.errors import TimeError


class NotUnderstood(Exception):
    """An answer that means nothing where it was given; it says what would."""


# -- how a value is written -----------------------------------------------------------------------


def moments() -> str:
    """Return how moments are written, by examples."""
    examples = "2026-01-08 17:00, tomorrow 9:00, +3 days, +2 weeks or +4 hours"
    return f"{examples}; times are in {zone()}"


_HOW: dict[object, str] = {
    bool: "yes or no",
    int: "a whole number",
    Decimal: "a number such as 40.00",
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


def how(base: object) -> str:
    """Return how such a value is written, in words; empty where nobody has to be told."""
    return moments() if base is datetime else _HOW.get(base, "")


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


_UNITS = {"day": 1, "week": 7}
_AHEAD = re.compile(r"\+\s*(\d{1,4})\s*(hour|day|week)s?(?:\s+(.+))?", re.IGNORECASE)
_DAYS = {"today": 0, "tomorrow": 1}


def moment_of(answer: str, now: datetime) -> datetime:
    """
    Return the moment that an answer means, in UTC; without an offset it is one of the zone.

    Raises:
        NotUnderstood: it means none; says how one is written.
    """
    found = _moment(answer.strip(), now)
    if found is None:
        raise NotUnderstood(f"'{answer:.40}' is no time; write one such as {moments()}")
    try:
        return must_be_aware(found if found.tzinfo else _here(found)).astimezone(UTC)
    except (TimeError, OverflowError) as error:
        raise NotUnderstood(f"{error}; write a time such as {moments()}") from None


def _here(shown: datetime) -> datetime:
    """
    Return the moment at which the clocks of the zone show a time.

    Raises:
        NotUnderstood: they never do, or twice, as they are put forward or back.
    """
    first, second = (shown.replace(tzinfo=zone(), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    told = f"the clocks of {zone()} show {shown:%Y-%m-%d %H:%M}"
    if local(first.astimezone(UTC)).replace(tzinfo=None) != shown:
        raise NotUnderstood(f"{told} at no time: they are put forward; name another time")
    either = " or ".join(each.isoformat(timespec="minutes") for each in (first, second))
    raise NotUnderstood(f"{told} twice, as they are put back; say which: {either}")


def _moment(answer: str, now: datetime) -> datetime | None:
    """Return the moment, or the time that the clocks of the zone show then, without a zone."""
    if answer.casefold() == "now":
        return now
    today = local(now).replace(tzinfo=None)
    ahead = _AHEAD.fullmatch(answer)
    if ahead:
        count, unit = int(ahead[1]), ahead[2].lower()
        if unit == "hour":
            then = now.astimezone(UTC) + timedelta(hours=count)
            return then if ahead[3] is None else _at_time(local(then), ahead[3])
        day = today + timedelta(days=count * _UNITS[unit])
        return day if ahead[3] is None else _at_time(day, ahead[3])
    name, _, rest = answer.partition(" ")
    if name.casefold() in _DAYS:
        return _at_time(today + timedelta(days=_DAYS[name.casefold()]), rest)
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
    return None if at is None else datetime.combine(day.date(), at)


_READ: dict[object, Any] = {bool: _flag, int: _whole, Decimal: _number, datetime: moment_of}
