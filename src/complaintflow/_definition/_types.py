"""Whether each piece of a definition is of its type: a walk along the table of fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from attrs import define, field

from complaintflow._definition._problems import About, MethodProblem, Where
from complaintflow._evidence._checks import kind_of
from complaintflow._fields import unfit
from complaintflow._method import Method, Outcome, Rule
from complaintflow._requirements import Advised, Requirement
from complaintflow.acts import Satisfaction

PIECES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "states": ("State", ("name",), "state '{0.name}'"),
    "facts": ("Fact", ("name",), "fact '{0.name}'"),
    "rules": ("Rule", ("act",), "rule of {0.trigger}"),
    "edges": ("Edge", ("trigger", "sources"), "edge {0.trigger} from {1}"),
    "departs": ("Departure", ("invariant",), "departure from {0.invariant}"),
    "limits": ("TimeLimit", ("code",), "time limit {0.code}"),
    "language": ("LanguageRule", ("code",), "language rule {0.code}"),
    "origins": ("Origin", ("title",), "origin '{0.title}'"),
    "invariants": ("Invariant", ("code",), "invariant {0.code}"),
}
"""The pieces of a method by field: their class, by which fields they are called, and what."""

ALL = 10**9
"""How many pieces are lost where none of them can be read."""


@define
class Types:
    """What is of its type in a method, and what is not."""

    method: Method
    pieces: dict[str, list[Any]] = field(factory=dict)
    """The pieces that can be called by a name, by the field of the method; and every edge."""
    lost: Counter[str] = field(factory=Counter)
    """How many others there are."""
    unread: dict[int, frozenset[str]] = field(factory=dict)
    """The fields that cannot be read, by the id of their piece."""
    places: dict[int, int] = field(factory=dict)
    """Where a piece stands among those of its kind, by the id of the piece."""
    problems: list[MethodProblem] = field(factory=list)

    def can_read(self, piece: object, *names: str) -> bool:
        """Return whether fields of a piece are of their types."""
        return self.unread.get(id(piece), _NOTHING).isdisjoint(names)

    def where(self, kind: str, piece: Any) -> Where:
        """Return where a piece is, called by its names, or by its place without them."""
        _, names, called = PIECES[kind]
        place = self.places[id(piece)]
        if not self.can_read(piece, *names):
            return Where(f"{kind}[{place}]", (kind, place) if kind == "edges" else (kind,))
        told = called.format(piece, ", ".join(getattr(piece, "sources", ())) or "nowhere")
        return Where(told, about(kind, piece, place))

    def look(self, piece: object, place: Callable[[], Where]) -> None:
        """Note what is wrong with the types of a piece."""
        if wrong := unfit(piece):
            self.unread[id(piece)] = frozenset(wrong)
            where = place()
            self.problems += map(where.says, wrong.values())


def about(kind: str, piece: Any, place: int) -> About:
    """Return what a piece is as data: by its name, and an edge, which has none, by its place."""
    if kind == "edges":
        return kind, place
    name = "trigger" if kind == "rules" else PIECES[kind][1][0]
    return kind, getattr(piece, name)


_NOTHING: frozenset[str] = frozenset()


def types_of(method: Method) -> Types:
    """Return what is of its type in a method, and what is not."""
    types = Types(method)
    if wrong := unfit(method):
        types.unread[id(method)] = frozenset(wrong)
        types.problems += [MethodProblem(told, (name,)) for name, told in wrong.items()]
    for kind, (wanted, names, _) in PIECES.items():
        pieces = types.pieces[kind] = []
        if not types.can_read(method, kind):
            types.lost[kind] = ALL
            continue
        for index, piece in enumerate(getattr(method, kind)):
            if type(piece).__name__ != wanted:
                article = "an" if wanted[0] in "EIO" else "a"
                told = f"{kind}[{index}] must be {article} {wanted}, not {kind_of(piece)}"
                types.problems.append(MethodProblem(told, (kind,)))
                types.lost[kind] += 1
                continue
            types.places.setdefault(id(piece), index)
            place = partial(types.where, kind, piece)
            types.look(piece, place)
            if isinstance(piece, Rule):
                _rule(types, piece, place)
            # What cannot be read of an edge can be anything; the others are known by their names.
            if kind == "edges" or types.can_read(piece, *names):
                pieces.append(piece)
            else:
                types.lost[kind] += 1
        if types.lost[kind] and not pieces:
            types.lost[kind] = ALL
    return types


def _rule(types: Types, rule: Rule, place: Callable[[], Where]) -> None:
    if isinstance(rule.reads, Satisfaction):
        types.look(rule.reads, lambda: place().within("its satisfaction"))
    _needs(types, rule, place)
    if not types.can_read(rule, "outcomes"):
        return
    for index, outcome in enumerate(rule.outcomes):
        its_place = partial(_inner, place, index)
        if isinstance(outcome, Outcome):
            types.look(outcome, its_place)
            _needs(types, outcome, its_place)
        else:
            told = f"outcomes[{index}] must be an Outcome, not {kind_of(outcome)}"
            types.problems.append(place().says(told))


def _inner(place: Callable[[], Where], index: int) -> Where:
    return place().within(f"outcomes[{index}]")


def _needs(types: Types, part: Rule | Outcome, place: Callable[[], Where]) -> None:
    if not types.can_read(part, "needs"):
        return
    for need in part.needs:
        inner = need.need if isinstance(need, Advised) else need
        if isinstance(inner, Requirement):
            if id(inner) not in types.unread:
                types.look(inner, partial(_required, place, inner))
        elif not (isinstance(inner, str) and inner.strip()):
            told = f"it needs {inner!r:.60}, which is neither a fact's name nor a requirement"
            types.problems.append(place().says(told))


def _required(place: Callable[[], Where], requirement: Requirement) -> Where:
    return place().within(f"requirement {requirement.code!s:.60}")
