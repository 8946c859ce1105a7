"""Reading a mapping: from TOML or plain data to values, with every problem at once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Given
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from attrs import evolve

from complaintflow import _invariants as invariants
from complaintflow._invariants import TABLES, TIMED, UNARY, Invariant
from complaintflow._spelling import did_you_mean
from complaintflow._time import Within
from complaintflow.audit._values import (
    CLOSING,
    OPENING,
    REOPENING,
    Activity,
    Deed,
    Mapping,
    Shape,
)
from complaintflow.documents._kinds import LONG, Found, kind_of
from complaintflow.documents._lines import line_of
from complaintflow.documents._parsing import Parsed, parse
from complaintflow.documents._spans import Span
from complaintflow.errors import (
    DocumentError,
    EvidenceError,
    MappingError,
    MethodError,
    TimeError,
)

Data = Given[str, Any]
Where = tuple[str | int, ...]
"""The road to a piece of data: keys, and places in a list."""

TOP = ("log", "activities", "rules")
OF_ACTIVITY = ("act", "outcome", "acts", "establishes", "clears", "opens", "closes", "reopens")
OF_RULE = (
    *("template", "acts", "others", "undone_by", "without"),
    *("code", "text", "within", "each_cycle", "cites"),
)
OF_TEMPLATE = {"never": ("acts", "without"), "since": ("acts", "others", "undone_by")}
"""What a rule has to say, where it is not as for most templates."""

COLUMNS = 1_000_000
"""The most columns of a log."""

SHAPE: dict[str, tuple[type, ...]] = {
    "case": (str, int),
    "activity": (str, int),
    "time": (str, int),
    "format": (str,),
    "zone": (str,),
    "delimiter": (str,),
    "encoding": (str,),
    "complete": (bool,),
}


def read_mapping(path: str | Path) -> Mapping:
    """
    Return the mapping that a TOML file holds.

    Raises:
        EvidenceError: *path* is none.

        MappingError: it cannot be used; every problem is listed, with its line.
    """
    name, parsed = _parsed(path)
    return _Reader(name, parsed.lines).read(parsed.data)


def read_shape(path: str | Path) -> Shape:
    """
    Return where a log has what, of a mapping that need not say anything else yet.

    Raises:
        MappingError: it cannot be used; every problem is listed, with its line.
    """
    name, parsed = _parsed(path)
    reader = _Reader(name, parsed.lines)
    shape = reader.shape(reader.table(("log",), parsed.data.get("log", {})))
    if reader.found:
        raise MappingError(name, reader.problems)
    return shape


def _parsed(path: str | Path) -> tuple[str, Parsed]:
    if not isinstance(path, str | Path):
        raise EvidenceError("read_mapping", (f"path must be that of a file, not {kind_of(path)}",))
    name = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        told = "there is no such file; draft one from the log, or name another"
        raise MappingError(name, (told,)) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8; save it as UTF-8"
        raise MappingError(name, (f"it cannot be read: {why}",)) from None
    try:
        return name, parse(text, "toml", subject=name, file="")
    except DocumentError as error:
        raise MappingError(name, error.problems) from None


def mapping_of(data: Data, *, name: str = "the mapping") -> Mapping:
    """
    Return the mapping that plain data holds, in the shape of the TOML file.

    Args:
        data: `{"log": {...}, "activities": {...}, "rules": [...]}`; activities may stand alone.

        name: what messages call it.

    Raises:
        MappingError: it cannot be used; every problem is listed, with its path.
    """
    return _Reader(name, {}).read(data)


def shape_problems(shape: Shape) -> tuple[str, ...]:
    """Return what is wrong with where a log has what, however it was made."""
    reader = _Reader("", {})
    reader.shape({name: getattr(shape, name) for name in SHAPE})
    return reader.problems


class _Reader:
    def __init__(self, name: str, lines: dict[Where, int]) -> None:
        self.name = name
        self.lines = lines
        self.found: list[tuple[int, str]] = []
        """What is wrong, each with its line; 0: it is not known."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, from the top of the file to its end."""
        return tuple(told for _, told in sorted(self.found, key=itemgetter(0)))

    def read(self, data: Data) -> Mapping:
        """Return the mapping, or raise every problem."""
        if not isinstance(data, Given):
            raise MappingError(self.name, (f"it must be a table, not {kind_of(data)}",))
        data = self.table((), data)
        self.keys((), data, TOP)
        log = self.table(("log",), data.get("log", {}))
        said = self.table(("activities",), data.get("activities", {}))
        rules = data.get("rules", [])
        if not isinstance(rules, list | tuple):
            self.wrong(("rules",), "rules are a list of tables: write [[rules]] for each")
            rules = []
        if not said and not self.found:
            self.found.append((0, "it says of no activity what it stands for: [activities]"))
        made = Mapping(
            tuple(self.activity(name, value) for name, value in said.items()),
            self.shape(log),
            tuple(filter(None, (self.rule(i, each) for i, each in enumerate(rules)))),
            self.name,
            {
                where[1]: line
                for where, line in self.lines.items()
                if where[0] == "activities" and len(where) > 1 and isinstance(where[1], str)
            },
        )
        self.codes(made.rules)
        if self.found:
            raise MappingError(self.name, self.problems)
        return made

    # -- saying what is wrong ---------------------------------------------------------------------

    def wrong(self, where: Where, told: str) -> None:
        """Note a problem, with the nearest line that is known and the path."""
        line = line_of(where, self.lines)
        path = "".join(
            f"[{key}]" if isinstance(key, int) else f".{_key(key)}" for key in where
        ).lstrip(".")
        place = "" if line is None else f"line {line}"
        self.found.append((line or 0, ": ".join(part for part in (place, path, told) if part)))

    def keys(self, where: Where, data: Data, known: Iterable[str]) -> None:
        """Note every key that nobody reads."""
        for key in data:
            if isinstance(key, str) and key not in known:
                near = did_you_mean(key[:LONG], known)
                self.wrong((*where, key), f"unknown key{near}; there are {', '.join(known)}")

    def table(self, where: Where, value: object) -> Data:
        """Return a table; an empty one, and a problem, where it is something else."""
        if not isinstance(value, Given):
            self.wrong(where, f"it must be a table, not {kind_of(value)}")
            return {}
        for key in value:
            if not isinstance(key, str):
                self.wrong(where, f"a key must be a text, not {kind_of(key)}")
        return {key: each for key, each in value.items() if isinstance(key, str)}

    def names(self, where: Where, value: object) -> tuple[str, ...]:
        """Return a text or a list of texts."""
        several = (value,) if isinstance(value, str) else value
        if isinstance(several, list | tuple) and all(isinstance(each, str) for each in several):
            return tuple(several)
        told = kind_of(value)
        if isinstance(several, list | tuple):
            told = f"with {kind_of(next(e for e in several if not isinstance(e, str)))} in it"
        self.wrong(where, f"it must be a text or a list of texts, not {told}")
        return ()

    def flag(self, where: Where, value: object, *, otherwise: bool) -> bool:
        """Return true or false; the default where it is not said."""
        if value is None:
            return otherwise
        if isinstance(value, bool):
            return value
        self.wrong(where, f"it must be true or false, not {kind_of(value)}")
        return otherwise

    # -- the parts --------------------------------------------------------------------------------

    def shape(self, log: Data) -> Shape:
        """Return where the log has what."""
        self.keys(("log",), log, SHAPE)
        good: dict[str, Any] = {}
        for name, types in SHAPE.items():
            value = log.get(name)
            if value is None:
                continue
            if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
                told = " or ".join(_TOLD[each] for each in types)
                self.wrong(("log", name), f"it must be {told}, not {kind_of(value)}")
            elif why := _odd(name, value):
                self.wrong(("log", name), why)
            else:
                good[name] = value
        columns = [type(good[name]) for name in ("case", "activity", "time") if name in good]
        if int in columns and columns != [int, int, int]:
            self.wrong(("log",), "case, activity and time are all numbers, or none of them is")
        return Shape(**good)

    def activity(self, name: str, value: object) -> Activity:
        """Return what an activity stands for."""
        where: Where = ("activities", name)
        if not isinstance(value, Given):
            return _with_defaults(Activity(name, self.deeds(where, value)), {})
        value = self.table(where, value)
        self.keys(where, value, OF_ACTIVITY)
        deeds: tuple[Deed, ...] = ()
        if "act" in value and "acts" in value:
            self.wrong(where, "say act for one, or acts for several, not both")
        if "act" in value:
            outcome = value.get("outcome")
            if not isinstance(value["act"], str) or not isinstance(outcome, str | None):
                self.wrong(where, "act and outcome are texts; write act = 'offer'")
            else:
                joined = value["act"] if outcome is None else f"{value['act']}/{outcome}"
                deeds = self.deeds((*where, "act"), joined)
        elif "outcome" in value:
            self.wrong((*where, "outcome"), "an outcome takes an act; say act as well")
        if "acts" in value:
            deeds = self.deeds((*where, "acts"), value["acts"])
        plain = Activity(
            name,
            deeds,
            frozenset(self.names((*where, "establishes"), value.get("establishes", ()))),
            frozenset(self.names((*where, "clears"), value.get("clears", ()))),
        )
        for fact in sorted(plain.establishes & plain.clears):
            self.wrong(where, f"fact '{fact}' is both established and cleared; take one out")
        flags = {
            key: self.flag((*where, key), value.get(key), otherwise=False)
            for key in ("opens", "closes", "reopens")
            if key in value
        }
        return _with_defaults(plain, flags)

    def deeds(self, where: Where, value: object) -> tuple[Deed, ...]:
        """Return the acts of a text or a list, each `act` or `act/outcome`."""
        found = []
        for text in self.names(where, value):
            if re.fullmatch(r"\w+(/\w+)?", text):
                trigger, _, outcome = text.partition("/")
                found.append(Deed(trigger, outcome or None))
            else:
                self.wrong(where, f"'{text:.60}' is no act; write 'offer' or 'listen/finished'")
        return tuple(found)

    def rule(self, place: int, value: object) -> Invariant | None:
        """Return an invariant that the mapping states; None where it makes no sense."""
        where: Where = ("rules", place)
        before = len(self.found)
        data = self.table(where, value)
        self.keys(where, data, OF_RULE)
        template = data.get("template")
        if not isinstance(template, str) or template not in TABLES:
            named, near = kind_of(template), ""
            if isinstance(template, str):
                named, near = f"'{template:.60}'", did_you_mean(template[:LONG], TABLES)
            told = f"there is no template {named}{near}; there are {', '.join(TABLES)}"
            self.wrong(
                where,
                f"template is missing; there are {', '.join(TABLES)}" if template is None else told,
            )
            return None
        usual = ("acts",) if template in UNARY else ("acts", "others")
        wanted = OF_TEMPLATE.get(template, usual)
        for key in ("acts", "others", "undone_by", "without"):
            if (key in data) != (key in wanted):
                self.wrong(where, f"{template} {'takes' if key in wanted else 'has no'} {key}")
        said = {key: self.names((*where, key), data.get(key, ())) for key in wanted}
        kinds = [said.pop(key) for key in ("acts", "others") if key in said]
        options = self.options(where, data, template)
        if len(self.found) > before:
            return None
        try:
            make: Callable[..., Invariant] = getattr(invariants, template)
            return make(*kinds, **said, **options)
        except MethodError as error:
            for problem in error.problems:
                self.wrong(where, problem)
            return None

    def options(self, where: Where, data: Data, template: str) -> dict[str, Any]:
        """Return what a rule says beside its acts."""
        options: dict[str, Any] = {key: data[key] for key in ("code", "text") if key in data}
        for key, value in options.items():
            if not isinstance(value, str):
                self.wrong((*where, key), f"it must be a text, not {kind_of(value)}")
        each = data.get("each_cycle")
        options["each_cycle"] = self.flag((*where, "each_cycle"), each, otherwise=True)
        options["cites"] = self.names((*where, "cites"), data.get("cites", ()))
        if "within" in data and template in TIMED:
            options["within"] = self.span((*where, "within"), data["within"])
        elif "within" in data:
            self.wrong(where, f"{template} cannot be timed; {', '.join(TIMED)} can")
        return options

    def span(self, where: Where, value: object) -> Within | None:
        """Return a span of time, as a document says one: `'14 days'`, or a table."""
        found = Found()
        span = Span().read(value, where, found)
        for path, told in found.problems:
            self.wrong(path, told)
        return span if isinstance(span, Within) else None

    def codes(self, rules: Iterable[Invariant]) -> None:
        """Note the codes that two rules have."""
        seen = set[str]()
        for rule in rules:
            if rule.code in seen:
                told = f"rules: '{rule.code}' is there twice; give one another code"
                self.found.append((0, told))
            seen.add(rule.code)


_TOLD: dict[type, str] = {str: "a text", int: "a number", bool: "true or false"}


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key) else f"'{key}'"


def _odd(name: str, value: Any) -> str:  # noqa: ANN401 (whatever a file says)
    """Return why a setting of the log cannot be; empty where it can."""
    if type(value) is int and not 1 <= value <= COLUMNS:
        return f"columns are counted from 1 to {COLUMNS}, not {kind_of(value)}"
    if value == "":
        return "it must say something"
    return _ODD[name](value) if name in _ODD else ""


def _odd_delimiter(value: str) -> str:
    is_fine = len(value) == 1 and value not in '\r\n"'
    return "" if is_fine else f"it must be one character, not {kind_of(value)}"


def _odd_zone(value: str) -> str:
    try:
        Within(1, "days", zone=value)
    except TimeError as error:
        return str(error)
    return ""


def _odd_encoding(value: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), value).read()
        "".encode(value)
    except (LookupError, ValueError):
        # Of what is there, some are for bytes, and one is there to fail.
        return f"there is no encoding {value!r:.60}"
    return ""


def _odd_format(value: str) -> str:
    if value in {"iso", "unix", "unix_ms"}:
        return ""
    wanted = "iso, unix, unix_ms or a format such as %d.%m.%Y %H:%M"
    if "%" not in value:
        return f"it must be {wanted}, not {value!r:.60}"
    try:
        # Written and read once. What is wrong with a format shows in no other way.
        datetime.strptime(datetime(2001, 2, 3, 4, 5, 6, 7, UTC).strftime(value), value)  # noqa: DTZ007
    except (ValueError, re.error) as error:
        return f"no time can be read by {value!r:.60}: {error!s:.80}; it must be {wanted}"
    return ""


_ODD: dict[str, Callable[[str], str]] = {
    "delimiter": _odd_delimiter,
    "zone": _odd_zone,
    "encoding": _odd_encoding,
    "format": _odd_format,
}


def _with_defaults(activity: Activity, said: Given[str, bool]) -> Activity:
    triggers = [deed.trigger for deed in activity.deeds]
    turns = [trigger for trigger in triggers if trigger in CLOSING | REOPENING]
    return evolve(
        activity,
        opens=said.get("opens", not OPENING.isdisjoint(triggers)),
        closes=said.get("closes", not CLOSING.isdisjoint(turns[-1:])),
        reopens=said.get("reopens", not REOPENING.isdisjoint(triggers)),
    )
