"""
What a desk is wired to, looked over whole: every port that does not fit, and what would.

Imported when a desk is made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import iscoroutinefunction, isroutine

from attrs import frozen

from complaintflow._calendars import DEFAULT, Calendar
from complaintflow._desk._limits import Limits
from complaintflow._method import Method
from complaintflow._pauses import problems_of_pauses
from complaintflow._spelling import did_you_mean
from complaintflow.errors import EvidenceError
from complaintflow.ports import Authority, Clock, Notifier, Store


def _methods_of(protocol: type) -> tuple[str, ...]:
    return tuple(name for name in vars(protocol) if not name.startswith("_"))


def _of_a_store(given: object) -> str:
    if isinstance(given, str | os.PathLike):
        named = os.fspath(given)
        opens = "store_from_url" if "://" in str(named) else "SqliteStore"
        return f"open it with {opens}({named!r})"
    return "give MemoryStore(), SqliteStore(path), or a store of your own"


def _of_a_notifier(given: object) -> str:
    if callable(given):
        return f"CallableNotifier({_name(given)}) calls a function"
    return "give LoggingNotifier(), or a notifier of your own"


def _of_a_clock(_: object) -> str:
    return "give SystemClock(), or a clock of your own"


def _of_an_authority(given: object) -> str:
    if isinstance(given, Mapping | list | tuple | set):
        return "KnownActors(actors) knows those it is given"
    return "give EverybodyMay(), KnownActors(actors), or an authority of your own"


def _of_a_calendar(_: object) -> str:
    return "give WeekdayCalendar(holidays), or a mapping of calendars by their names"


@frozen
class _Port:
    """What takes the place of a port, and what to say to somebody who gave something else."""

    methods: tuple[str, ...]
    advice: Callable[[object], str]
    may_wait: bool = True
    """True: a desk that awaits takes one that is awaited, too."""
    must_wait: bool = False
    """True: a desk that awaits takes no other."""


_PORTS = {
    "store": _Port(_methods_of(Store), _of_a_store, must_wait=True),
    "notifier": _Port(_methods_of(Notifier), _of_a_notifier),
    "clock": _Port(_methods_of(Clock), _of_a_clock, may_wait=False),
    "authority": _Port(_methods_of(Authority), _of_an_authority),
    "calendar": _Port(_methods_of(Calendar), _of_a_calendar, may_wait=False),
}


def check_wiring(given: Mapping[str, object], *, waits: bool) -> None:
    """
    Make sure that a desk can work with what it is given; what is None has a default.

    Args:
        given: the arguments of the desk, by their names.

        waits: whether the desk awaits.

    Raises:
        EvidenceError: it cannot; all problems are listed.
    """
    problems = tuple(_problems(given, waits=waits))
    if problems:
        raise EvidenceError("desk", problems)


def _problems(given: Mapping[str, object], *, waits: bool) -> Iterator[str]:
    yield from _problems_of_methods(given["methods"])
    for name, port in _PORTS.items():
        for place, value in _each(name, given[name]):
            yield from _problems_of_a_port(place, value, port, waits=waits)
    yield from _problems_of_calendars(given["methods"], given["calendar"])
    yield from _problems_of_functions(given["observers"], given["on_refused"], waits=waits)
    limits, pauses = given["limits"], given["pauses"]
    if limits is not None and not isinstance(limits, Limits):
        yield f"limits must be Limits(...), not {limits!r:.60}"
    if pauses is not None:
        yield from problems_of_pauses("pauses", pauses)
    most = given["park_after"]
    if most is not None and (type(most) is not int or most < 1):
        yield f"park_after must be a number of attempts, at least 1, not {most!r:.60}"


def _problems_of_methods(methods: object) -> Iterator[str]:
    known: dict[str, Method] = {}
    given = methods if isinstance(methods, tuple) else ()
    if not given or not all(isinstance(method, Method) for method in given):
        wrong = [
            getattr(each, "__qualname__", f"{each!r:.60}")
            for each in given
            if not isinstance(each, Method)
        ]
        got = f", not {', '.join(wrong)}" if wrong else ""
        yield f"a desk takes one or more methods, built by calling them: Desk(six_steps()){got}"
    for method in given:
        if isinstance(method, Method) and known.setdefault(method.pin, method) != method:
            yield f"two methods are called {method.pin} and differ; give one a new version"


def _each(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield every port that is given under a name: none, one, or many calendars."""
    if name == "calendar" and isinstance(value, Mapping):
        yield from ((f"calendar[{key!r}]", each) for key, each in value.items())
    elif value is not None:
        yield name, value


def _problems_of_a_port(name: str, given: object, port: _Port, *, waits: bool) -> Iterator[str]:
    asked = {each: getattr(given, each, None) for each in port.methods}
    lacking = [each for each, function in asked.items() if not callable(function)]
    is_awaited = any(map(iscoroutinefunction, asked.values()))
    if lacking:
        advice = port.advice(given)
        yield f"{name} is {_name(given)}, which has no {', '.join(lacking)}: {advice}"
    elif isinstance(given, type):
        yield f"{name} is the class {given.__name__}: make one of it, {given.__name__}(...)"
    elif is_awaited and not port.may_wait:
        yield f"{name} would have to be awaited, and no desk does that: {port.advice(given)}"
    elif is_awaited and not waits:
        yield _must_be_awaited(name)
    elif port.must_wait and waits and not is_awaited and all(map(isroutine, asked.values())):
        yield f"{name} is not awaited, and would hold up everything: Desk(..., {name}=...) takes it"


def _problems_of_calendars(methods: object, calendar: object) -> Iterator[str]:
    wanted: dict[str, list[str]] = {}
    for method in methods if isinstance(methods, tuple) else ():
        for name in method.calendars if isinstance(method, Method) else ():
            wanted.setdefault(name, []).append(method.pin)
    known = calendar if isinstance(calendar, Mapping) else {DEFAULT: calendar}
    given = [name for name, each in known.items() if isinstance(name, str) and each is not None]
    for name in sorted(wanted.keys() - set(given)):
        counted = f"{', '.join(wanted[name])}: calendar={{{name!r}: ...}}"
        yield f"there is no calendar {name!r}{did_you_mean(name, given)} for the days of {counted}"


def _problems_of_functions(observers: object, on_refused: object, *, waits: bool) -> Iterator[str]:
    named = {} if on_refused is None else {"on_refused": on_refused}
    if isinstance(observers, Iterable) and not isinstance(observers, str):
        named |= {f"observers[{place}]": each for place, each in enumerate(observers)}
    else:
        yield f"observers must be functions in a sequence, such as [print], not {_name(observers)}"
    for name, each in named.items():
        if not callable(each):
            yield f"{name} must be a function, not {_name(each)}"
        elif iscoroutinefunction(each) and not waits:
            yield _must_be_awaited(name.partition("[")[0])


def _must_be_awaited(name: str) -> str:
    return f"{name} has to be awaited: AsyncDesk(..., {name}=...) does that"


def _name(given: object) -> str:
    """Return what to call something in a sentence."""
    return getattr(given, "__qualname__", None) or f"{given!r:.60}"
