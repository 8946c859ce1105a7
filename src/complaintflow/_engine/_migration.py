"""
From one method to another: what becomes of states, facts and time limits, and which cases can go.

Nothing is made up. A fact is carried over only where the act that earned it earns it in the other
method too, and a case comes to stand only where the other method could have brought it; so what is
proved about that method holds for the cases that were moved to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry, Watched
from complaintflow._engine._machine import compiled
from complaintflow._engine._reached import Earning, earning, earns, reached, reads_alike
from complaintflow._method import Method
from complaintflow._pieces import pairs
from complaintflow._requirements import Question
from complaintflow._spelling import did_you_mean
from complaintflow._value import Value
from complaintflow.acts.bounds import DeadlinePassed
from complaintflow.acts.evolving import ChangeMethod
from complaintflow.acts.keeping import SETTLING
from complaintflow.errors import MappingError, UnknownMethod, Unmet

Becomes = Mapping[str, str | None] | Iterable[tuple[str, str | None]]
"""What becomes of names; None: nothing."""

Reached = dict[str, set[frozenset[str]]] | None


def _pairs(value: Becomes) -> tuple[tuple[str, str | None], ...]:
    """Return the pairs of a mapping; what is none is kept as it is, for the report."""
    return pairs(value)  # type: ignore[return-value]


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2  # noqa: PLR2004
        and isinstance(value[0], str)
        and isinstance(value[1], str | None)
    )


@frozen(eq=False, repr=False)
class Migration(Value):
    """
    How cases go from one method to another: what becomes of states, facts and time limits.

    What has the same name in both need not be said. A fact that another act earns in the target
    cannot become one of it: what somebody must do is never marked as done.

    Raises:
        MappingError: it does not lead from one to the other; all problems are listed.
    """

    source: Method
    """The method that cases are bound to before."""
    target: Method
    """The method that they are bound to afterwards."""
    states: tuple[tuple[str, str | None], ...] = field(default=(), converter=_pairs, kw_only=True)
    """What each state becomes. None: a case in it stays with the source."""
    facts: tuple[tuple[str, str | None], ...] = field(default=(), converter=_pairs, kw_only=True)
    """What each fact becomes. None: it is dropped, and is to be earned anew."""
    limits: tuple[tuple[str, str | None], ...] = field(default=(), converter=_pairs, kw_only=True)
    """What each time limit becomes, by its code. None: it runs no longer."""
    _reached: dict[frozenset[str], Reached] = field(factory=dict, init=False, eq=False, repr=False)

    def __repr__(self) -> str:
        return f"<Migration {self.source.pin} -> {self.target.pin}>"

    def __attrs_post_init__(self) -> None:
        named = f"moving {getattr(self.source, 'pin', '?')} to {getattr(self.target, 'pin', '?')}"
        problems = tuple(self._problems())
        if problems:
            raise MappingError(named, problems)

    # -- what becomes of a name -----------------------------------------------------------------

    def state(self, name: str) -> str | None:
        """Return what a state becomes. None: a case in it stays."""
        return _becomes(self.states, name, {state.name for state in self.target.states})

    def fact(self, name: str) -> str | None:
        """Return what a fact becomes. None: it is dropped."""
        return _becomes(self.facts, name, {fact.name for fact in self.target.facts})

    def limit(self, code: str) -> str | None:
        """Return what a time limit becomes. None: it runs no longer."""
        if all(code != limit.code for limit in self.source.limits):
            return code  # such as a talk that was put off, which no method names
        return _becomes(self.limits, code, {limit.code for limit in self.target.limits})

    # -- whether it makes sense -----------------------------------------------------------------

    def _problems(self) -> Iterator[str]:
        if not (isinstance(self.source, Method) and isinstance(self.target, Method)):
            yield "it leads from one method to another, both built by calling them"
            return
        if self.source.pin == self.target.pin:
            yield f"both are {self.target.pin}: a method that changes needs another version"
            return
        for what in ("states", "facts", "limits"):
            said = getattr(self, what)
            if not (isinstance(said, tuple) and all(map(_is_pair, said))):
                yield f"{what} must map names to names or None, such as {{'old': 'new'}}"
                return
        old, new = self.source, self.target
        for what, said_of, before, after, give_up in (
            ("state", self.states, _names(old.states), _names(new.states), "leave them there"),
            ("fact", self.facts, _names(old.facts), _names(new.facts), "have it earned anew"),
            ("limit", self.limits, _codes(old), _codes(new), "let it end"),
        ):
            yield from _wrong_names(what, said_of, before, after, (old.pin, new.pin))
            said = {name for name, _ in said_of}
            for name in before:
                if name not in said and name not in after:
                    become = self._written(what, name, "...")
                    nothing = self._written(what, name, None)
                    yield (
                        f"{new.pin} has no {what} '{name}': say what it becomes, {become}, or "
                        f"{nothing} to {give_up}"
                    )
        yield from self._unearned()
        yield from self._other_acts()

    def _written(self, what: str, name: str, becomes: str | None) -> str:
        """Return how one says what becomes of a name."""
        return f"{what}s={{'{name}': {becomes}}}"

    def _unearned(self) -> Iterator[str]:
        old, new = compiled(self.source), compiled(self.target)
        known = _names(self.target.facts)
        for fact in _names(self.source.facts):
            becomes = self.fact(fact)
            how = earning(old, fact)
            if becomes not in known or not how:
                continue
            if not any(earns(new, each, becomes) for each in how):
                by = ", ".join(dict.fromkeys(_told(each) for each in how))
                yield (
                    f"fact '{fact}' is earned by {by} in {self.source.pin}, which does not earn "
                    f"'{becomes}' in {self.target.pin}; {self._written('fact', fact, None)} has it "
                    "earned anew"
                )

    def _other_acts(self) -> Iterator[str]:
        theirs = {rule.trigger: rule.act for rule in self.target.rules}
        for rule in self.source.rules:
            if theirs.get(rule.trigger, rule.act) is not rule.act:
                yield (
                    f"act '{rule.trigger}' is another class in {self.target.pin}, so that the "
                    "histories of moved cases could not be read; give one of them another name"
                )

    # -- one case -------------------------------------------------------------------------------

    def reads_history(self, case: Case) -> bool:
        """Return whether it takes the history of a case to tell what becomes of it."""
        return bool(self._new_watchers()) or any(
            not self._is_surely_earned(fact) for fact in case.facts if self.fact(fact) is not None
        )

    def unmet(self, case: Case, history: Sequence[Entry] = ()) -> tuple[Unmet, ...]:
        """
        Return why a case cannot be moved; nothing where it can. Pure.

        Args:
            case: the case, as it is now.

            history: its entries, oldest first; needed where `reads_history` says so.

        Raises:
            UnknownMethod: the case is not bound to the source.
        """
        if case.pin != self.source.pin:
            raise UnknownMethod(case.pin, (self.source.pin,))
        state = self.state(case.state)
        if state is None:
            told = f"cases that are {case.state} stay with {self.source.pin}"
            return (Unmet("stays", told),)
        found = [*self._not_earned(case, history), *self._not_allowed(case)]
        return tuple(found) or tuple(self._out_of_place(case, state))

    def _facts_of(self, case: Case) -> frozenset[str]:
        carried = (self.fact(fact) for fact in case.facts)
        return frozenset(fact for fact in carried if fact is not None)

    def _is_surely_earned(self, fact: str) -> bool:
        """Return whether whatever earned a fact earns what becomes of it."""
        old, new = compiled(self.source), compiled(self.target)
        becomes = self.fact(fact)
        return becomes is not None and all(
            reads_alike(old, new, how[0]) and earns(new, how, becomes) for how in earning(old, fact)
        )

    def _not_earned(self, case: Case, history: Sequence[Entry]) -> Iterator[Unmet]:
        asked = [f for f in sorted(case.facts) if self.fact(f) and not self._is_surely_earned(f)]
        if not asked:
            return
        new, earned = compiled(self.target), self._earned_in(history)
        for fact in asked:
            how, becomes = earned.get(fact, {}), str(self.fact(fact))
            if not any(earns(new, each, becomes) for each in how):
                by = ", ".join(dict.fromkeys(map(_told, how))) or "nothing in its history"
                told = f"'{fact}' was earned by {by}, which does not earn '{becomes}'"
                yield Unmet("fact_not_earned", f"{told} in {self.target.pin}")

    def _earned_in(self, history: Sequence[Entry]) -> dict[str, dict[Earning, None]]:
        """Return what has earned each fact, with its outcome as the target reads it."""
        old, new = compiled(self.source), compiled(self.target)
        earned: dict[str, dict[Earning, None]] = {}
        case: Case | None = None
        for entry in history:
            act, move = entry.act, entry.move
            if move.begins_cycle:
                earned.clear()
            if isinstance(act, ChangeMethod):
                before = dict(earned)
                for was, _, now in (each.partition("=") for each in act.renamed):
                    earned[now] = earned.get(now, {}) | before.get(was, {})
            elif case is not None:
                outcome, event = move.outcome, new.acts.get(type(act))
                if event is not None and not reads_alike(old, new, type(act)):
                    outcome = None if event.reads is None else event.reads(act, case.ledger)
                for fact in move.establishes:
                    earned.setdefault(fact, {})[type(act), outcome] = None
            for fact in move.clears - move.establishes:
                earned.pop(fact, None)
            case = Case.open(entry) if case is None else case.apply(entry)
        return earned

    def _not_allowed(self, case: Case) -> Iterator[Unmet]:
        new, ledger = compiled(self.target), case.ledger
        for code in sorted(ledger.waived - self.target.waivable):
            told = f"'{code}' was done without, and {self.target.pin} does not allow that"
            yield Unmet("waiver_not_allowed", told)
        if ledger.outstanding and not any(name in new.events for name in SETTLING):
            told = (
                f"{ledger.outstanding[0].id} is still owed, and {self.target.pin} has no promises"
            )
            yield Unmet("promise_stranded", told)
        if case.deadlines and DeadlinePassed not in new.acts:
            told = f"something is due, and {self.target.pin} records no deadline that passes"
            yield Unmet("deadline_stranded", told)

    def _out_of_place(self, case: Case, state: str) -> Iterator[Unmet]:
        facts = self._facts_of(case)
        # A requirement that is done without stands in nobody's way, there as here.
        waived = case.ledger.waived & self.target.waivable
        if waived not in self._reached:
            self._reached[waived] = reached(compiled(self.target), self.target, waived)
        found = self._reached[waived]
        if found is None:
            told = f"{self.target.pin} can come to more than can be looked at: not decided"
            yield Unmet("undecided", told)
        elif facts not in found.get(state, ()):
            yield Unmet("out_of_place", self._why_not_there(case, state, found.get(state, set())))

    def _why_not_there(self, case: Case, state: str, found: set[frozenset[str]]) -> str:
        """Return why a case cannot be in a state of the target with its facts, and what to map."""
        to_here = f"no case of {self.target.pin} comes to be {state}"
        elsewhere = f"states={{'{case.state}': ...}}"
        if not found:
            return f"{to_here}; name another state for it, {elsewhere}"
        facts = self._facts_of(case)
        nearest = min(found, key=lambda f: (len(f - facts), len(facts - f), sorted(f)))
        told, ways = [], []
        if lacks := sorted(nearest - facts):
            told.append(f"without {_facts_named(lacks)}")
            ways.append(f"name an earlier state for it, {elsewhere}")
        if extra := sorted(facts - nearest):
            told.append(f"with {_facts_named(extra)}")
            given = sorted(fact for fact in case.facts if self.fact(fact) in extra)
            drops = ", ".join(f"'{fact}': None" for fact in given)
            ways.append(f"drop {'it' if len(extra) == 1 else 'them'} with facts={{{drops}}}")
        return f"{to_here} {' and '.join(told)}; {', and '.join(ways)}"

    def _new_watchers(self) -> bool:
        """Return whether the target watches what the source did not."""
        watched = {i for i in self.source.invariants if i.watch is not None}
        return any(i.watch is not None and i not in watched for i in self.target.invariants)

    def watched(
        self, case: Case, history: Sequence[Entry], calendar: Calendars | None
    ) -> tuple[Watched, ...]:
        """Return where what the target watches stands after the history of a case."""
        if not self._new_watchers():
            codes = {i.code for i in self.target.invariants if i.watch is not None}
            return tuple(each for each in case.watched if each.code in codes)
        from complaintflow._engine._watching import watch

        machine, before = compiled(self.target), None
        standing: tuple[Watched, ...] = ()
        for entry in history:
            if before is None:
                before = Case.open(entry)
                continue
            seen = evolve(before, facts=self._facts_of(before), watched=standing)
            question = Question(self.target, seen, entry.act, entry.at, entry.by, calendar)
            told, _, _ = watch(machine.watched, question, entry.move)
            standing = standing if told is None else told
            before = before.apply(entry)
        return standing


def _facts_named(names: Sequence[str]) -> str:
    return f"the fact{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _becomes(pairs: tuple[tuple[str, str | None], ...], name: str, known: set[str]) -> str | None:
    for each, becomes in pairs:
        if each == name:
            return becomes
    return name if name in known else None


def _names(named: Iterable[object]) -> tuple[str, ...]:
    return tuple(each.name for each in named)  # type: ignore[attr-defined]  # states or facts


def _codes(method: Method) -> tuple[str, ...]:
    return tuple(limit.code for limit in method.limits)


def _wrong_names(
    what: str,
    pairs: tuple[tuple[str, str | None], ...],
    before: Sequence[str],
    after: Sequence[str],
    pins: tuple[str, str],
) -> Iterator[str]:
    said: set[str] = set()
    for name, becomes in pairs:
        if name not in before:
            yield f"{pins[0]} has no {what} '{name}'{did_you_mean(name, before)}"
        if name in said:
            yield f"{what} '{name}' is said twice"
        said.add(name)
        if becomes is not None and becomes not in after:
            yield f"{pins[1]} has no {what} '{becomes}'{did_you_mean(becomes, after)}"


def _told(how: Earning) -> str:
    act, outcome = how
    return f"{act.trigger} ({outcome})" if outcome else act.trigger
