"""
What decides whether an act is guarded as its method says: a finite set of questions.

A question is asked where the answer hangs on one thing alone. It is found in what the compiled
machine does with state and facts, the same paths and transitions that `decide` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

from attrs import frozen

from complaintflow._engine import compiled
from complaintflow._engine._machine import AskingEvent, RecordingTransition
from complaintflow._engine._path import Path
from complaintflow._method import Method

Facts = frozenset[str]
Answer = Literal["taken", "lacks", "not_now", "any"]


@frozen
class Question:
    """An act with an outcome, asked in some state where the facts are of some kind."""

    trigger: str
    outcome: str | None
    state: str
    about: str
    """What it decides, as a sentence."""
    answer: Answer
    """Taken; refused for *lacking* alone; refused because it is not now; whichever comes."""
    fits: Callable[[Facts], bool]
    """Whether facts are of the kind."""
    lacking: str | None = None
    """The code of what alone lacks. None: nothing does."""


def questions(method: Method) -> Iterator[Question]:
    """Yield every question that facts and states decide, act by act, in the order of the rules."""
    machine = compiled(method)
    for event in machine.acts.values():
        for outcome, path in event.paths.items():
            for state in machine.states:
                yield from _asked_in(event, outcome, path, state)


def _asked_in(
    event: AskingEvent, outcome: str | None, path: Path, state: str
) -> Iterator[Question]:
    leading = [t for t in event.transitions.get(state, ()) if outcome in t.moves]
    has_all = path.facts.issubset
    ask = partial(Question, event.name, outcome, state)
    # An edge that asks for facts and has a source too many shows only where they hold.
    givens = {t.given for ts in event.transitions.values() for t in ts if outcome in t.moves}
    for given in sorted({frozenset(), *givens}, key=sorted):
        held = f", with {', '.join(sorted(given))}" if given else ""
        yield ask(
            f"nothing lacks{held}, but it is not the time while {state}",
            "not_now",
            lambda facts, given=given: (  # type: ignore[misc]
                has_all(facts) and given <= facts and _taken(leading, facts) is None
            ),
        )
    if not leading:
        return
    for fact in sorted(path.facts):
        rest = path.facts - {fact}
        yield ask(
            f"nothing but {fact} lacks while {state}",
            "lacks",
            lambda facts, fact=fact, rest=rest: (  # type: ignore[misc]
                fact not in facts and rest <= facts and _taken(leading, facts) is not None
            ),
            fact,
        )
    for transition in leading:
        yield from _taking(ask, path, leading, transition, f"while {state}")


def _taking(
    ask: Callable[..., Question],
    path: Path,
    leading: list[RecordingTransition],
    transition: RecordingTransition,
    where: str,
) -> Iterator[Question]:
    """Yield the questions about one transition: that it is taken, and all that it does."""
    if transition.given:
        where += f", with {', '.join(sorted(transition.given))}"

    def taken(facts: Facts) -> bool:
        return path.facts <= facts and _taken(leading, facts) is transition

    yield ask(f"nothing lacks {where}", "taken", taken)
    for fact in sorted(path.establishes):
        yield ask(
            f"it establishes {fact} {where}",
            "taken",
            lambda facts, fact=fact: taken(facts) and fact not in facts,
        )
    for fact in sorted(path.clears - path.establishes):
        yield ask(
            f"it clears {fact} {where}",
            "taken",
            lambda facts, fact=fact: taken(facts) and fact in facts,
        )
    for fact in sorted(path.advised):
        yield ask(
            f"it is possible, and warned of, without {fact} {where}",
            "taken",
            lambda facts, fact=fact: taken(facts) and fact not in facts,
        )
    if path.begins_cycle:
        gone = path.establishes | path.clears
        yield ask(
            f"it begins a cycle {where}", "taken", lambda facts: taken(facts) and bool(facts - gone)
        )
    earlier = leading[: leading.index(transition)]
    for fact in sorted(transition.given):
        rest = transition.given - {fact}
        yield ask(
            f"it leads elsewhere without {fact} {where}",
            "any",
            lambda facts, fact=fact, rest=rest: (
                path.facts <= facts
                and fact not in facts
                and rest <= facts
                and _taken(earlier, facts) is None
            ),
        )


def _taken(transitions: list[RecordingTransition], facts: Facts) -> RecordingTransition | None:
    return next((t for t in transitions if t.given <= facts), None)
