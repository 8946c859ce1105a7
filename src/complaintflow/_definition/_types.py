"""Whether each piece of a definition is of its type: a walk along the table of fields."""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import define, field

from complaintflow._evidence import kind_of
from complaintflow._fields import unfit
from complaintflow._method import Method, Outcome, Rule
from complaintflow._requirements import Advised, Requirement
from complaintflow.acts import Verdict

PIECES: dict[str, tuple[str, str]] = {
    "states": ("State", "name"),
    "facts": ("Fact", "name"),
    "rules": ("Rule", "act"),
    "edges": ("Edge", ""),
    "departs": ("Departure", "invariant"),
    "limits": ("TimeLimit", "code"),
    "language": ("LanguageRule", "code"),
    "origins": ("Origin", "title"),
    "invariants": ("Invariant", "code"),
}
"""The pieces of a method by field: their class, and the field without which one is lost."""

_CALLED = {
    "State": "state '{0.name}'",
    "Fact": "fact '{0.name}'",
    "Rule": "rule of {0.trigger}",
    "Departure": "departure from {0.invariant}",
    "TimeLimit": "time limit {0.code}",
    "LanguageRule": "language rule {0.code}",
    "Origin": "origin '{0.title}'",
    "Invariant": "invariant {0.code}",
}

ALL = 10**9
"""How many pieces are lost where none of them can be read."""


def called(piece: Any) -> str:
    """Return what a sentence calls a piece whose name can be read."""
    if type(piece).__name__ == "Edge":
        return f"edge {piece.trigger} from {', '.join(piece.sources) or 'nowhere'}"
    return _CALLED[type(piece).__name__].format(piece)


@define
class Types:
    """What is of its type in a method, and what is not."""

    pieces: dict[str, list[Any]] = field(factory=dict)
    """The pieces that can be called by a name, by the field of the method."""
    lost: Counter[str] = field(factory=Counter)
    """How many cannot."""
    unread: dict[int, frozenset[str]] = field(factory=dict)
    """The fields that cannot be read, by the id of their piece."""
    places: dict[int, str] = field(factory=dict)
    """What the same pieces are called."""
    problems: list[str] = field(factory=list)

    def can_read(self, piece: object, name: str) -> bool:
        """Return whether a field of a piece is of its type."""
        return name not in self.unread.get(id(piece), ())

    def look(self, piece: object, place: str, called_by: tuple[str, ...] = ()) -> str:
        """Note what is wrong with the types of a piece; return what it is called."""
        wrong = unfit(piece)
        if called_by and not wrong.keys() & set(called_by):
            place = called(piece)
        if wrong:
            self.unread[id(piece)] = frozenset(wrong)
            self.places[id(piece)] = place
            self.problems += [f"{place}: {told}" if place else told for told in wrong.values()]
        return place


def types_of(method: Method) -> Types:
    """Return what is of its type in a method, and what is not."""
    types = Types()
    types.look(method, "")
    for name, (kind, called_by) in PIECES.items():
        pieces = types.pieces[name] = []
        if not types.can_read(method, name):
            types.lost[name] = ALL
            continue
        for index, piece in enumerate(getattr(method, name)):
            place = f"{name}[{index}]"
            if type(piece).__name__ != kind:
                article = "an" if kind[0] in "EIO" else "a"
                types.problems.append(f"{place} must be {article} {kind}, not {kind_of(piece)}")
                types.lost[name] += 1
                continue
            place = types.look(piece, place, (called_by,) if called_by else ("trigger", "sources"))
            if kind == "Rule":
                _rule(types, piece, place)
            if types.can_read(piece, called_by):
                pieces.append(piece)
            else:
                types.lost[name] += 1
        if types.lost[name] and not pieces:
            types.lost[name] = ALL
    return types


def _rule(types: Types, rule: Rule, place: str) -> None:
    if isinstance(rule.reads, Verdict):
        types.look(rule.reads, f"{place}: its verdict")
    _needs(types, rule, place)
    if not types.can_read(rule, "outcomes"):
        return
    for index, outcome in enumerate(rule.outcomes):
        its_place = f"{place}: outcomes[{index}]"
        if isinstance(outcome, Outcome):
            types.look(outcome, its_place)
            _needs(types, outcome, its_place)
        else:
            types.problems.append(f"{its_place} must be an Outcome, not {kind_of(outcome)}")


def _needs(types: Types, part: Rule | Outcome, place: str) -> None:
    if not types.can_read(part, "needs"):
        return
    for need in part.needs:
        inner = need.need if isinstance(need, Advised) else need
        if isinstance(inner, Requirement):
            if id(inner) not in types.unread:
                types.look(inner, f"{place}: requirement {inner.code!s:.60}")
        elif not (isinstance(inner, str) and inner.strip()):
            types.problems.append(
                f"{place}: it needs {inner!r:.60}, which is neither a fact's name nor a requirement"
            )
