"""
The kinds of values a document is made of: each reads plain data, and says itself as JSON Schema.

Reader and schema come from the same objects, so neither can allow what the other refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

from attrs import define, field, frozen

from complaintflow._spelling import did_you_mean
from complaintflow._time import LONGEST

Path = tuple[str | int, ...]
Schema = dict[str, Any]

NOTHING: Final = object()
"""What reading returns where there is no value to go on with."""

MANY = 500
"""The most entries of a table, and the most items of a list."""

LONG = 200
"""The most characters of a name."""

BIGGEST = 2**63 - 1
"""The biggest whole number that every reader of TOML and JSON can hold."""


@define
class Found:
    """The problems found so far."""

    problems: list[tuple[Path, str]] = field(factory=list)

    def say(self, path: Path, text: str) -> object:
        """Note a problem; return NOTHING, for whoever reads."""
        self.problems.append((path, text))
        return NOTHING


def told(path: Path) -> str:
    """Return a path as text: `acts.offer.needs[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f"{'.' if text else ''}{part if _BARE.fullmatch(part) else repr(part)}"
    return text


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def kind_of(value: object) -> str:
    """Return what a value is, in the words of a document."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, str):
        return f"the text {value!r:.40}"
    # A whole number of very many digits cannot be told in tens, and need not be.
    is_huge = isinstance(value, int) and abs(value) > BIGGEST
    return "a huge number" if is_huge else f"{value!s:.40}"


class Kind(Protocol):
    """A kind of value."""

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the value as it is meant, or NOTHING where nothing can be made of it."""
        ...

    def schema(self) -> Schema:
        """Return the same as JSON Schema."""
        ...


_HIDDEN = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff"
_BLANK = r"\s\u200b-\u200f\u2060\ufeff"
PLAIN = f"^[^{_HIDDEN}]*$"
VISIBLE = f"^[^{_HIDDEN}]*[^{_HIDDEN}{_BLANK}][^{_HIDDEN}]*$"
_UNDIVIDED = f"^[^/{_HIDDEN}]*[^/{_HIDDEN}{_BLANK}][^/{_HIDDEN}]*$"


def unreadable(text: str) -> str:
    """Return what is wrong with a text that is not plain."""
    if re.search(r"[\ud800-\udfff]", text):
        return "must hold whole characters, and no halves of them"
    return "must hold no control characters"


@frozen
class Text:
    """A text that says something, without control characters."""

    longest: int | None = None
    pattern: str = VISIBLE
    hint: str = ""

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the text."""
        if not isinstance(value, str):
            return found.say(path, f"must be a text, not {kind_of(value)}")
        if not re.search(PLAIN, value):
            return found.say(path, unreadable(value))
        if self.longest is not None and len(value) > self.longest:
            return found.say(path, f"must have {self.longest} characters at most")
        if not re.search(self.pattern, value):
            wanted = self.hint or "must say something"
            return found.say(path, f"{wanted}, not {kind_of(value)}" if self.hint else wanted)
        return value

    def schema(self) -> Schema:
        """Return a string with a pattern."""
        most = {} if self.longest is None else {"maxLength": self.longest}
        return {"type": "string", "pattern": self.pattern, **most}


NAME = Text(LONG)
PART_OF_A_PIN = Text(LONG, _UNDIVIDED, "must say something, without '/', which divides a pin")


@frozen
class Flag:
    """True or false."""

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the flag."""
        if not isinstance(value, bool):
            return found.say(path, f"must be true or false, not {kind_of(value)}")
        return value

    def schema(self) -> Schema:
        """Return a boolean."""
        return {"type": "boolean"}


@frozen
class Whole:
    """A whole number."""

    least: int
    most: int = LONGEST

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the number."""
        if type(value) is not int or not self.least <= value <= self.most:
            wanted = f"a whole number from {self.least} to {self.most}"
            return found.say(path, f"must be {wanted}, not {kind_of(value)}")
        return value

    def schema(self) -> Schema:
        """Return an integer in bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@frozen
class Choice:
    """One of a few texts."""

    values: tuple[str, ...]

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the text."""
        if not isinstance(value, str) or value not in self.values:
            hint = did_you_mean(value, self.values) if isinstance(value, str) else ""
            allowed = ", ".join(self.values)
            return found.say(path, f"must be one of {allowed}, not {kind_of(value)}{hint}")
        return value

    def schema(self) -> Schema:
        """Return the texts."""
        return {"enum": list(self.values)}


@frozen
class Const:
    """One value and no other."""

    value: str | int | bool
    why: str

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the value."""
        if type(value) is not type(self.value) or value != self.value:
            return found.say(path, f"{self.why}, not {kind_of(value)}")
        return value

    def schema(self) -> Schema:
        """Return the value."""
        return {"const": self.value}


@frozen
class Names:
    """One text, or a list of them; or of what else a text can stand for, such as a span."""

    at_least: int = 0
    item: Kind = NAME

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the texts as a tuple."""
        if isinstance(value, str) or (
            isinstance(value, Mapping) and not isinstance(self.item, Text)
        ):
            one = self.item.read(value, path, found)
            return NOTHING if one is NOTHING else (one,)
        if not isinstance(value, list):
            return found.say(path, f"must be a text or a list of texts, not {kind_of(value)}")
        return ListOf(self.item, self.at_least).read(value, path, found)

    def schema(self) -> Schema:
        """Return a string, or an array of strings."""
        return {"anyOf": [schema_of(self.item), ListOf(self.item, self.at_least).schema()]}


@frozen
class ListOf:
    """A list of values of one kind."""

    item: Kind
    at_least: int = 0

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the values that can be used, as a tuple."""
        if not isinstance(value, list):
            return found.say(path, f"must be a list, not {kind_of(value)}")
        if not self.at_least <= len(value) <= MANY:
            wanted = "must not be empty" if not value else f"must have {MANY} items at most"
            return found.say(path, wanted)
        read = [self.item.read(each, (*path, place), found) for place, each in enumerate(value)]
        return tuple(each for each in read if each is not NOTHING)

    def schema(self) -> Schema:
        """Return an array."""
        least = {"minItems": self.at_least} if self.at_least else {}
        return {"type": "array", "items": schema_of(self.item), **least, "maxItems": MANY}


@frozen
class TableOf:
    """A table of values of one kind, by name."""

    item: Kind
    at_least: int = 0

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return the values by name; one that cannot be used is NOTHING, and its name stays."""
        if not isinstance(value, Mapping):
            return found.say(path, f"must be a table, not {kind_of(value)}")
        if not self.at_least <= len(value) <= MANY:
            wanted = "must not be empty" if not value else f"must have {MANY} entries at most"
            return found.say(path, wanted)
        read = {}
        for name, each in value.items():
            if NAME.read(name, path, found) is not NOTHING:
                read[name] = self.item.read(each, (*path, name), found)
        return read

    def schema(self) -> Schema:
        """Return an object with any keys that can be names."""
        least = {"minProperties": self.at_least} if self.at_least else {}
        return {
            "type": "object",
            "propertyNames": schema_of(NAME),
            "additionalProperties": schema_of(self.item),
            **least,
            "maxProperties": MANY,
        }


@frozen
class Key:
    """One key of a record."""

    kind: Kind
    about: str
    required: bool = False


@frozen
class Record:
    """A table with known keys."""

    keys: Mapping[str, Key]

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return what can be used of it by key; without keys that lack, or are of no use."""
        if not isinstance(value, Mapping):
            return found.say(path, f"must be a table, not {kind_of(value)}")
        for name in value:
            if name not in self.keys:
                hint = did_you_mean(str(name)[:LONG], self.keys)
                has = ", ".join(self.keys)
                found.say(
                    (*path, str(name)[:LONG]), f"is no key of this table{hint}; it has: {has}"
                )
        read = {}
        for name, key in self.keys.items():
            if name in value:
                each = key.kind.read(value[name], (*path, name), found)
                if each is not NOTHING:
                    read[name] = each
            elif key.required:
                found.say(path, f"lacks {name}: {key.about[0].lower()}{key.about[1:]}")
        return read

    def schema(self) -> Schema:
        """Return an object with these keys and no others."""
        return {
            "type": "object",
            "properties": {
                name: {"description": key.about, **schema_of(key.kind)}
                for name, key in self.keys.items()
            },
            "required": [name for name, key in self.keys.items() if key.required],
            "additionalProperties": False,
        }


@frozen
class Variants:
    """A table that is one of several records, told apart by a key that each of them has."""

    records: Mapping[str, Mapping[str, Record]]
    """For each such key, the records by its value; `''` stands for any value."""

    def read(self, value: object, path: Path, found: Found) -> Any:
        """Return what the record reads."""
        if not isinstance(value, Mapping):
            return found.say(path, f"must be a table, not {kind_of(value)}")
        telling = [key for key in self.records if key in value]
        if len(telling) != 1:
            wanted = " or ".join(self.records)
            return found.say(path, f"must have one of the keys {wanted}, and not both")
        known = self.records[telling[0]]
        named = value[telling[0]]
        record = known.get(named if isinstance(named, str) else "") or known.get("")
        if record is None:
            hint = did_you_mean(str(named)[:LONG], known) if isinstance(named, str) else ""
            what = f"must name one of the vocabulary, not {kind_of(named)}{hint}"
            return found.say((*path, telling[0]), f"{what}; there are: {', '.join(known)}")
        return record.read(value, path, found)

    def schema(self) -> Schema:
        """Return the records."""
        return {
            "oneOf": [each.schema() for known in self.records.values() for each in known.values()]
        }


# -- what is said once --------------------------------------------------------------------------

WORDS = Text()
NAMED: dict[str, Kind] = {
    "words": WORDS,
    "name": NAME,
    "names": Names(),
    "some_names": Names(1),
    "flag": Flag(),
}
"""The kinds that the schema defines once, by the names it gives them."""


def schema_of(kind: Kind) -> Schema:
    """Return the schema of a kind, or where it is defined."""
    for name, known in NAMED.items():
        if known == kind:
            return {"$ref": f"#/$defs/{name}"}
    return kind.schema()


def definitions() -> Schema:
    """Return what the schema defines once."""
    return {name: kind.schema() for name, kind in NAMED.items()}
