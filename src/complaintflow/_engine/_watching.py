"""
Watched invariants: their tables step as entries are made.

An act that would break one is refused, or warned of, as the invariant says. What a customer may
always do, and what merely records what has happened, is never refused for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from complaintflow._case import Case, Move, Watched
from complaintflow._invariants import Invariant, Standing, begin, in_time, kind_of, letter, step
from complaintflow._method import Method
from complaintflow._requirements import Question
from complaintflow.acts.keeping import SETTLING
from complaintflow.errors import Unmet

ALWAYS = frozenset({"withdraw", "lapse", "merge", "deadline_passed", "correct", *SETTLING})
"""What is never refused for an invariant: exits, the passing of time, promises, corrections."""


class Watcher:
    """One watched invariant of a method, with what is told when it is broken."""

    def __init__(self, method: Method, invariant: Invariant) -> None:
        self.invariant = invariant
        self.table = invariant.table
        helps = tuple(dict.fromkeys(_helping(method, invariant)))
        self.no = Unmet(invariant.code, invariant.text, invariant.cites, helps)
        self._kinds: dict[tuple[str, str | None], int] = {}

    def letter(self, trigger: str, outcome: str | None, facts: frozenset[str]) -> int:
        """Return the letter that an act is to it, with these facts established before."""
        kind = self._kinds.get((trigger, outcome))
        if kind is None:
            kind = kind_of(self.invariant, trigger, outcome)
            self._kinds[trigger, outcome] = kind
        return letter(self.invariant, trigger, outcome, facts) if kind else 0


def _helping(method: Method, invariant: Invariant) -> Iterator[str]:
    """Yield the acts that keep an invariant from being broken."""
    if invariant.template == "never":
        for fact in invariant.facts:
            yield from method.establishing(fact)
    named = {
        "existence": invariant.acts,
        "precedence": invariant.acts,
        "since": invariant.acts,
        "alternate_precedence": invariant.acts,
        "chain_precedence": invariant.acts,
        "response": invariant.others,
        "alternate_response": invariant.others,
        "chain_response": invariant.others,
        "responded_existence": invariant.others,
    }
    yield from (pattern.partition("/")[0] for pattern in named.get(invariant.template, ()))


def watchers_of(method: Method) -> tuple[Watcher, ...]:
    """Return a watcher for each watched invariant of a method, in its order."""
    return tuple(
        Watcher(method, invariant) for invariant in method.invariants if invariant.watch is not None
    )


Found = tuple[tuple[Watched, ...] | None, tuple[Unmet, ...], tuple[Unmet, ...]]


def watch(watchers: tuple[Watcher, ...], question: Question, move: Move) -> Found:
    """
    Return where the tables stand after a move, what is to be warned of, and what to be refused.

    The first is None where none of them has moved.
    """
    case = question.case
    waived = case.ledger.waived
    facts = case.facts.union(waived) if waived else case.facts
    before = {each.code: each for each in case.watched}
    standings: list[Watched] = []
    warned: list[Unmet] = []
    barred: list[Unmet] = []
    for watcher in watchers:
        invariant, table = watcher.invariant, watcher.table
        code = invariant.code
        standing = _standing(invariant, before.get(code), case)
        read = watcher.letter(question.act.trigger, move.outcome, facts)
        after = step(invariant, standing, read, at=question.at, calendar=question.calendar)
        anew = move.begins_cycle and invariant.each_cycle
        ends = not case.is_closed and (move.ends or anew)
        if (
            table.fails(after.place, at_end=ends)
            and not table.broken[standing.place]
            and code not in waived
        ):
            is_late = table.broken[
                in_time(invariant, standing, question.at, question.calendar).place
            ]
            can_be_barred = invariant.watch == "refuse" and question.act.trigger not in ALWAYS
            (barred if can_be_barred and not is_late else warned).append(watcher.no)
        if anew:
            after = begin(invariant, question.at)
        standings.append(Watched(code, after.place, after.since))
    told = tuple(standings)
    return (None if told == case.watched else told), tuple(warned), tuple(barred)


def _standing(invariant: Invariant, known: Watched | None, case: Case) -> Standing:
    """Return where an invariant stands on a case; it may be new to it."""
    if known is None:
        return begin(invariant, case.opened_at)
    return Standing(known.place, known.since)
