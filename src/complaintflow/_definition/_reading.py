"""
A definition as far as it can be read.

A name that is nearly a known one is read as that one. What cannot be read at all could be anything,
and is read as everything it could be: an edge from a state that nobody knows leads from them all.

So **a guess counts in favour, and is never blamed**: a check for what is missing finds it, and a
check for what is too much asks first whether a piece is sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import define, evolve, field

from complaintflow._deadlines import TimeLimit
from complaintflow._definition._problems import MethodProblem, Where
from complaintflow._definition._types import types_of
from complaintflow._language import LanguageRule
from complaintflow._method import Edge, Method, Need, Outcome, Rule, State
from complaintflow._requirements import Advised, Fact, Requirement
from complaintflow._spelling import did_you_mean, nearest
from complaintflow._time import Within
from complaintflow.acts import Satisfaction

if TYPE_CHECKING:
    from complaintflow._invariants import Invariant

P = TypeVar("P")
Part = Rule | Outcome


@define
class Definition:
    """What could be read of a method, and how sure it is."""

    method: Method
    """The method with every name known. It keeps none of the promises of one: it is to be read."""
    lost: Counter[str]
    """How many pieces there are whose very name cannot be read, by the field of the method."""
    written: Method
    """The method as it was written."""
    _guesses: dict[int, tuple[object, frozenset[str], bool]] = field(factory=dict)
    """By the id of a piece: itself, the fields that were guessed, and whether it could be any."""

    def guess(self, piece: object, fields: Iterable[str], *, is_any: bool) -> None:
        """Note that fields of a piece are not as they were written."""
        self._guesses[id(piece)] = piece, frozenset(fields), is_any

    def is_sure(self, piece: object, *fields: str) -> bool:
        """Return whether fields of a piece are as they were written; without any, all of them."""
        _, guessed, _ = self._guesses.get(id(piece), _AS_WRITTEN)
        return not (guessed & set(fields) if fields else guessed)

    def is_any(self, piece: object) -> bool:
        """Return whether something of a piece could be anything."""
        return self._guesses.get(id(piece), _AS_WRITTEN)[2]

    @property
    def is_whole(self) -> bool:
        """True: everything is as it was written."""
        return not self._guesses and not self.lost.total()

    def place(self, edge: Edge) -> int:
        """Return the place of an edge that is as it was written."""
        return [*map(id, self.written.edges)].index(id(edge))

    def rule(self, trigger: str) -> Rule | None:
        """Return the rule of an act. None: it is one of the lost."""
        return next((rule for rule in self.method.rules if rule.trigger == trigger), None)


_AS_WRITTEN: tuple[object, frozenset[str], bool] = None, frozenset(), False


def parts(rule: Rule) -> tuple[Part, ...]:
    """Return a rule, and what it says of single outcomes."""
    return (rule, *rule.outcomes)


def outcomes_of(rule: Rule) -> tuple[str, ...]:
    """Return the outcomes that an act can have under a rule."""
    if rule.reads is None:
        return tuple(rule.act.spec.outcomes)
    return tuple(dict.fromkeys((*rule.act.spec.outcomes, *(o.name for o in rule.outcomes))))


def read(method: Method) -> tuple[Definition, list[MethodProblem]]:
    """Return what can be read of a method, and what is wrong with the rest."""
    reader = _Reader(method)
    pieces = reader.read()
    if reader.problems:
        reader.definition.method = _copy(method, pieces)
    return reader.definition, reader.problems


def _copy(method: Method, changes: Mapping[str, object]) -> Method:
    """Return a method with other pieces, unchecked: it is what is being checked."""
    copy = object.__new__(Method)
    for each in attrs.fields(Method):
        object.__setattr__(copy, each.name, changes.get(each.name, getattr(method, each.name)))
    return copy


_STAND_INS: dict[str, object] = {
    **dict.fromkeys(("sources", "starts", "ends", "phrases"), ()),
    "within": Within(1),
    "met": bool,
    # Whatever it was, the method has a reading of its own there, and outcomes of its own.
    "reads": lambda _act, _ledger: None,
}


def _stand_in(piece: Any, name: str) -> object:
    """Return what stands for a field that cannot be read."""
    default = next(each.default for each in attrs.fields(type(piece)) if each.name == name)
    if isinstance(piece, Rule) or default is attrs.NOTHING:
        return _STAND_INS.get(name, default if default is not attrs.NOTHING else "?")
    return default


OPENING = {"open"}
"""What is mentioned as acts are, and has no rule."""

MUST_BE = ("withdraw", "lapse", "deadline_passed", "deadline_near")
"""The acts that some states must know; an edge of an act that cannot be read may be one of them."""


class _Reader:
    """Reads the types of everything first, and then every name."""

    def __init__(self, method: Method) -> None:
        self.method = method
        self._types = types_of(method)
        self._pieces = self._types.pieces
        self.problems = self._types.problems
        self.definition = Definition(method, self._types.lost, method)
        self._states = self._names("states", "name", self._mentioned_states())
        self._facts = self._names("facts", "name", self._mentioned_facts())
        self._acts = self._names("rules", "trigger", self._mentioned_acts())

    def read(self) -> dict[str, Any]:
        """Return the method's fields with every name known; note those that are not."""
        read: dict[str, Any] = {
            name: _stand_in(self.method, name)
            for name in self._types.unread.get(id(self.method), ())
        }
        read["initial"] = self._initial()
        read["states"] = self._defined("states", State, self._states)
        read["facts"] = self._defined("facts", Fact, self._facts)
        read["rules"] = tuple(map(self._rule, self._pieces["rules"]))
        rules = {rule.trigger: rule for rule in read["rules"]}
        edges = [each for edge in self._pieces["edges"] for each in self._edge(edge, rules)]
        if self.definition.lost["edges"]:
            edges += self._anywhere(Edge((), "?"), {"sources", "trigger", "target"}, {})
        read["edges"] = tuple(edges)
        read["limits"] = tuple(map(self._limit, self._pieces["limits"]))
        read["language"] = tuple(map(self._language, self._pieces["language"]))
        read["departs"] = tuple(map(self._mended, self._pieces["departs"]))
        read["invariants"] = tuple(self._pieces["invariants"])
        self._check_invariants(rules)
        return read

    def _initial(self) -> str | None:
        if not self._types.can_read(self.method, "initial"):
            return None
        return self._name(
            "state", self.method.initial, self._states, Where("initial", ("initial",))
        )

    # -- names that are defined -----------------------------------------------------------------

    def _names(self, kind: str, field: str, mentioned: Iterator[object]) -> dict[str, None]:
        """
        Return the names of one kind, in their order.

        Where some cannot be read, the names that are mentioned most, and are not defined, are taken
        to be theirs.
        """
        known = dict.fromkeys(getattr(piece, field) for piece in self._pieces[kind])
        if lost := self.definition.lost[kind]:
            others = Counter(each for each in mentioned if isinstance(each, str))
            missing = others.keys() - known - (OPENING if kind == "rules" else set())
            known |= dict.fromkeys(sorted(missing, key=lambda name: (-others[name], name))[:lost])
        return known

    def _defined(self, kind: str, make: Any, known: Iterable[str]) -> tuple[Any, ...]:
        """Return the pieces that define names, with one for each that is taken to be there."""
        pieces = [self._mended(piece) for piece in self._pieces[kind]]
        defined = {piece.name for piece in pieces}
        taken = [make(name, "?") for name in known if name not in defined]
        for piece in taken:
            self.definition.guess(piece, ("name", "final", "waits_for"), is_any=True)
        return (*pieces, *taken)

    def _mentioned_states(self) -> Iterator[object]:
        yield self.method.initial
        for edge in self._pieces["edges"]:
            yield edge.target
            yield from self._get(edge, "sources")
        for limit in self._pieces["limits"]:
            yield from self._get(limit, "paused_in")

    def _mentioned_facts(self) -> Iterator[object]:
        for rule in self._pieces["rules"]:
            for part in (rule, *self._get(rule, "outcomes")):
                if isinstance(part, Rule | Outcome):
                    yield from self._get(part, "needs")
                    yield from self._get(part, "establishes")
                    yield from self._get(part, "clears")
        for edge in self._pieces["edges"]:
            yield from self._get(edge, "given")
        for words in self._pieces["language"]:
            yield from self._get(words, "until")
        for invariant in self._pieces["invariants"]:
            yield from invariant.facts

    def _mentioned_acts(self) -> Iterator[object]:
        for edge in self._pieces["edges"]:
            yield edge.trigger
        for limit in self._pieces["limits"]:
            yield from self._get(limit, "starts")
            yield from self._get(limit, "ends")
        for words in self._pieces["language"]:
            yield from self._get(words, "acts")
        for invariant in self._pieces["invariants"]:
            yield from (pattern.partition("/")[0] for pattern in _patterns(invariant))

    def _get(self, piece: object, name: str) -> Iterable[Any]:
        """Return what a field holds; nothing where it cannot be read."""
        return getattr(piece, name) if self._types.can_read(piece, name) else ()

    # -- names that are used --------------------------------------------------------------------

    def _name(self, what: str, name: str, known: Iterable[str], where: Where) -> str | None:
        """Return a known name, or the one that was meant; None where that is not known."""
        if name in known:
            return name
        hint = did_you_mean(name, known)
        if what == "outcome" and not hint:
            hint = f"; there is {', '.join(known)}" if known else ": the act has none"
        self.problems.append(where.says(f"unknown {what} '{name}'{hint}", (what, name)))
        return nearest(name, known)

    def _set(
        self, piece: object, name: str, what: str, known: Iterable[str], where: Where
    ) -> list[str | None] | None:
        """Return the names in a field as they were meant. None: they are right, or not names."""
        given = self._get(piece, name)
        if all(each in known for each in given):
            return None
        given = sorted(given) if isinstance(given, frozenset) else given
        return [self._name(what, each, known, where) for each in given]

    def _mended(
        self,
        piece: P,
        guesses: Mapping[str, object] = MappingProxyType({}),
        *,
        is_any: bool = False,
    ) -> P:
        """Return a piece with stand-ins for what cannot be read, and with guesses."""
        unread = self._types.unread.get(id(piece), ())
        changes = {name: _stand_in(piece, name) for name in unread} | dict(guesses)
        if not changes:
            return piece
        mended = evolve(piece, **changes)  # type: ignore[misc]  # every piece is an attrs class
        self.definition.guess(mended, changes, is_any=is_any)
        return mended

    def _rule(self, rule: Rule) -> Rule:
        where = self._types.where("rules", rule)
        guesses, is_any = self._part(rule, where)
        satisfaction = rule.reads
        if isinstance(satisfaction, Satisfaction) and id(satisfaction) in self._types.unread:
            guesses["reads"] = _STAND_INS["reads"]
        reads_itself = satisfaction is not None
        outcomes = [
            self._outcome(each, None if reads_itself else rule.act.spec.outcomes, where)
            for each in self._get(rule, "outcomes")
            if isinstance(each, Outcome)
        ]
        if not self._types.can_read(rule, "outcomes") or len(outcomes) != len(rule.outcomes):
            outcomes.append(self._any_outcome())
        if not all(map(self.definition.is_sure, outcomes)):
            guesses["outcomes"] = outcomes
        return self._mended(rule, guesses, is_any=is_any)

    def _any_outcome(self) -> Outcome:
        self.definition.lost["codes"] += 1
        facts = tuple(self._facts)
        every = dict.fromkeys(("needs", "establishes", "clears"), facts)
        return self._mended(
            Outcome("?"), {"name": "?", "begins_cycle": False, **every}, is_any=True
        )

    def _outcome(self, outcome: Outcome, known: Iterable[str] | None, where: Where) -> Outcome:
        if not self._types.can_read(outcome, "name"):
            return self._any_outcome()
        guesses: dict[str, object] = {}
        is_any = False
        if known is not None and outcome.name not in known:
            meant = self._name("outcome", outcome.name, known, where)
            guesses["name"], is_any = meant or outcome.name, meant is None
        more, is_more = self._part(outcome, where)
        return self._mended(outcome, guesses | more, is_any=is_any or is_more)

    def _part(self, part: Rule | Outcome, where: Where) -> tuple[dict[str, object], bool]:
        """Return what is guessed of a part, and whether some of it could be anything."""
        guesses: dict[str, object] = {}
        is_any = False
        for name in ("establishes", "clears"):
            meant = self._set(part, name, "fact", self._facts, where)
            if not self._types.can_read(part, name) or (meant and None in meant):
                guesses[name], is_any = tuple(self._facts), True
            elif meant is not None:
                guesses[name] = meant
        if not self._types.can_read(part, "needs"):
            self.definition.lost["codes"] += 1
            return guesses | {"needs": tuple(self._facts)}, True
        needs = [each for need in part.needs for each in self._need(need, where)]
        if [*map(id, needs)] != [*map(id, part.needs)]:
            guesses["needs"] = needs
        return guesses, is_any

    def _need(self, need: Need, where: Where) -> Iterator[Need]:
        """Yield what a need may be: itself, what was meant, or any fact."""
        inner = need.need if isinstance(need, Advised) else need
        if isinstance(inner, Requirement):
            if not self._types.can_read(inner, "code"):
                self.definition.lost["codes"] += 1
                return
            meant: str | Requirement | None = self._mended(inner)
        elif isinstance(inner, str) and inner.strip():
            meant = self._name("fact", inner, self._facts, where)
        else:
            meant = None  # it is told already
        if meant is None:
            self.definition.lost["codes"] += 1
            yield from self._facts
        elif meant is inner:
            yield need
        else:
            yield Advised(meant) if isinstance(need, Advised) else meant

    # -- edges ----------------------------------------------------------------------------------

    def _edge(self, edge: Edge, rules: Mapping[str, Rule]) -> Iterator[Edge]:
        where = self._types.where("edges", edge)
        guesses: dict[str, object] = {}
        unread = set(self._types.unread.get(id(edge), ()))
        if not edge.sources and "sources" not in unread:
            self.problems.append(where.says("it starts in no state; name one"))
            unread.add("sources")
        if (sources := self._set(edge, "sources", "state", self._states, where)) is not None:
            guesses["sources"] = sources
        if edge.target is not None and "target" not in unread:
            guesses["target"] = self._name("state", edge.target, self._states, where)
        if (given := self._set(edge, "given", "fact", self._facts, where)) is not None:
            guesses["given"] = [fact for fact in given if fact is not None]
        trigger: str | None = None
        if "trigger" not in unread:
            trigger = guesses["trigger"] = self._name("act", edge.trigger, self._acts, where)
        if edge.outcome is not None and "outcome" not in unread:
            guesses["outcome"] = self._outcome_of(rules.get(trigger or ""), edge.outcome, where)
        for name in ("sources", "target", "trigger"):
            meant = guesses.get(name, "")
            if meant is None or (isinstance(meant, list) and None in meant):
                unread.add(name)
        guesses = {name: meant for name, meant in guesses.items() if meant != getattr(edge, name)}
        if not guesses and not unread:
            yield edge
        else:
            yield from self._anywhere(edge, unread, guesses)

    def _outcome_of(self, rule: Rule | None, outcome: str, where: Where) -> str | None:
        if rule is None:
            return None
        if rule.reads is not None:
            is_sure = self.definition.is_sure
            if not (
                is_sure(rule, "reads") and all(is_sure(each, "name") for each in rule.outcomes)
            ):
                return outcome  # it may be one of those that cannot be read
        return self._name("outcome", outcome, outcomes_of(rule), where)

    def _anywhere(
        self, edge: Edge, unread: Iterable[str], guesses: Mapping[str, object]
    ) -> Iterator[Edge]:
        """Yield every edge that one could be whose names cannot be read."""
        sources = guesses.get("sources", edge.sources)
        triggers = [guesses.get("trigger", edge.trigger)]
        targets = [guesses.get("target", edge.target)]
        if "sources" in unread:
            sources = tuple(self._states)
        if "trigger" in unread:
            triggers = [*dict.fromkeys((*self._acts, *MUST_BE))]
        if "target" in unread:
            targets = [*self._states]
        for trigger in triggers:
            for target in targets:
                places = {"sources": sources, "trigger": trigger, "target": target}
                yield self._mended(edge, {**guesses, **places}, is_any=True)

    # -- others ---------------------------------------------------------------------------------

    def _limit(self, limit: TimeLimit) -> TimeLimit:
        where = self._types.where("limits", limit)
        acts = {"open": None, **self._acts}
        meant = {
            "starts": self._set(limit, "starts", "act", acts, where),
            "ends": self._set(limit, "ends", "act", acts, where),
            "paused_in": self._set(limit, "paused_in", "state", self._states, where),
        }
        return self._mended(limit, _known(meant))

    def _language(self, words: LanguageRule) -> LanguageRule:
        where = self._types.where("language", words)
        meant = {
            "acts": self._set(words, "acts", "act", {"open": None, **self._acts}, where),
            "until": self._set(words, "until", "fact", self._facts, where),
        }
        return self._mended(words, _known(meant))

    def _check_invariants(self, rules: Mapping[str, Rule]) -> None:
        for invariant in self._pieces["invariants"]:
            where = self._types.where("invariants", invariant)
            for pattern in _patterns(invariant):
                trigger, _, outcome = pattern.partition("/")
                meant = self._name("act", trigger, self._acts, where)
                if outcome and meant is not None:
                    self._outcome_of(rules.get(meant), outcome, where.within(trigger))
            for name in invariant.facts:
                self._name("fact", name, self._facts, where)


def _patterns(invariant: Invariant) -> tuple[str, ...]:
    return (*invariant.acts, *invariant.others, *invariant.undone_by)


def _known(meant: Mapping[str, list[str | None] | None]) -> dict[str, object]:
    """Return what was meant, without what is not known."""
    return {
        field: [name for name in names if name is not None]
        for field, names in meant.items()
        if names is not None
    }
