"""
One method as one shared `transitions` machine, through its own extension points.

`event_cls` asks the requirements of an act, `transition_cls` takes the step and records it.
What this lean shape would ignore is refused loudly.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from transitions.core import Event, Transition

from complaintflow._actors import Kind
from complaintflow._case import Entry, Move, Watched, entry_draft
from complaintflow._deadlines import moments_before
from complaintflow._engine._fixed import Fixed, FixedMachine, refuse
from complaintflow._engine._path import (
    NOTHING,
    Path,
    blocking,
    not_followed,
    outcomes_of,
    path_of,
)
from complaintflow._engine._spoken import heard
from complaintflow._engine._time_limits import ActLimits, act_limits_of, method_limits_of
from complaintflow._evidence import Remedy
from complaintflow._language._reader import Reader
from complaintflow._ledger import Ledger, Promise, promise_draft
from complaintflow._method import Edge, Method, Rule
from complaintflow._requirements import Question
from complaintflow._time import in_utc
from complaintflow.acts import Act, Speaker
from complaintflow.errors import EvidenceError, Unmet

if TYPE_CHECKING:
    from complaintflow._engine._watching import Found, Watcher

RECORDED_BY: dict[Speaker, frozenset[Kind]] = {
    "agent": frozenset({"human", "bot"}),
    "customer": frozenset({"human", "bot", "customer", "system"}),
    "colleague": frozenset({"human"}),
    "system": frozenset({"system"}),
}
"""Who can record whose acts: anybody the customer's, nobody but people a colleague's word."""


class RecordingTransition(Fixed, Transition):
    """A transition that records the step it takes, and takes no callbacks."""

    event: AskingEvent

    def __init__(  # noqa: PLR0917  (the shape is that of `transitions`)
        self,
        source: str,
        dest: str,
        conditions: object = None,
        unless: object = None,
        before: object = None,
        after: object = None,
        prepare: object = None,
        *,
        given: frozenset[str] = NOTHING,
        moves: dict[str | None, Move] | None = None,
    ) -> None:
        options = {
            "conditions": conditions,
            "unless": unless,
            "before": before,
            "after": after,
            "prepare": prepare,
        }
        if used := [name for name, value in options.items() if value is not None]:
            refuse(*used)
        super().__init__(source, dest)
        self.given = given
        self.moves = moves or {}

    def execute(self, event_data: Any) -> bool:
        """Take the step where outcome and facts match, and put the entry on the question."""
        question: Question = event_data
        move = self.moves.get(question.outcome)
        if move is None or not self.given <= question.case.facts:
            return False
        case, path = question.case, question.path
        if path.is_plain:
            entry = question.entry = entry_draft(
                case.id,
                case.version + 1,
                question.act,
                question.at,
                question.by,
                move,
                (),
                None,
                (),
                path.effects,
                None,
                None,
            )
            entry.__class__ = Entry
            return True
        event, machine = self.event, self.event.machine
        watched: tuple[Watched, ...] | None = None
        broken: tuple[Unmet, ...] = ()
        if machine.watched:
            watched, broken, barring = machine.watch(question, move)
            if barring:
                question.is_barred = True
                return False
        promises = machine.promised(question) if event.promises else ()
        limits = event.limits  # attributes of an event are read faster than the machine's
        entry = question.entry = entry_draft(
            case.id,
            case.version + 1,
            question.act,
            question.at,
            question.by,
            move,
            promises,
            machine.limits.running(question, limits, move, promises) if limits else None,
            (machine.warnings(question, path) if path.advice or machine.reader else ()) + broken,
            path.effects + machine.limits.effects(question)
            if limits and limits.is_of_time
            else path.effects,
            None,
            watched,
        )
        entry.__class__ = Entry
        return True


class AskingEvent(Fixed, Event):
    """An event that asks every requirement of an act before it looks for a transition."""

    machine: MethodMachine
    transitions: defaultdict[str, list[RecordingTransition]]  # type: ignore[assignment]
    rule: Rule
    paths: dict[str | None, Path]
    leading: dict[str | None, Path]
    """The paths of the outcomes that some edge has; the others never lead anywhere."""
    reads: Callable[[Any, Ledger], str | None] | None
    promises: bool
    recorded_by: frozenset[Kind]
    limits: ActLimits | None
    """What the act does to the time limits of its method. None: that has none."""

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:
        """
        Answer a question: True, with its entry filled in, or False and nothing changed.

        The reasons for a no are worked out by whoever wants to tell them.
        """
        question: Question = model
        case = question.case
        ledger = case.ledger
        reads = self.reads
        outcome = question.outcome = None if reads is None else reads(question.act, ledger)
        try:
            path = question.path = self.paths[outcome]
        except (KeyError, TypeError):
            self._no_such_outcome(outcome)
        by = question.by
        if by.kind not in self.recorded_by or (by.may is not None and self.name not in by.may):
            return False
        if ledger.waived:
            if any(blocking(question, path)):
                return False
        else:
            if not path.facts <= case.facts:
                return False
            for met in path.musts:
                if not met(question):
                    return False
        for transition in self.transitions.get(case.state, ()):
            if transition.execute(question) or question.is_barred:
                return not question.is_barred
        return False

    def _no_such_outcome(self, outcome: object) -> NoReturn:
        known = ", ".join(str(name) for name in self.paths) or "none"
        told = f"read_outcome returned {outcome!r:.40}, which is none of its outcomes: {known}"
        raise EvidenceError(self.name, (told,))

    def add_transition(self, transition: Any) -> None:
        """Add a transition, and let it know its event."""
        transition.event = self
        super().add_transition(transition)


class MethodMachine(FixedMachine):
    """The shared machine of one method."""

    events: OrderedDict[str, AskingEvent]
    event_cls = AskingEvent
    transition_cls = RecordingTransition

    def __init__(self, method: Method, **options: object) -> None:
        if options:
            refuse(*options)
        super().__init__(
            model=None,
            states=[state.name for state in method.states],
            initial=method.initial,
            auto_transitions=False,
        )
        self.method = method
        self.pin = method.pin
        self.limits = method_limits_of(method)
        self.opening = Move(None, method.initial, method.initial)
        self.watched = _watchers_of(method)
        self.reader = Reader(method.language) if method.language else None
        self.acts: dict[type[Act], AskingEvent] = {}
        for rule in method.rules:
            self._add_rule(method, rule)
        self.fix()

    def _add_rule(self, method: Method, rule: Rule) -> None:
        trigger = rule.trigger
        paths = {
            outcome: path_of(method, rule, outcome, self.reader) for outcome in outcomes_of(rule)
        }
        for edge in method.edges:
            if edge.trigger == trigger:
                self._add_edge(method, edge, paths)
        event = self.events[trigger]
        event.rule = rule
        event.paths = paths
        led = {o for ts in event.transitions.values() for t in ts for o in t.moves}
        event.leading = {outcome: path for outcome, path in paths.items() if outcome in led}
        own = None if rule.act.read_outcome is Act.read_outcome else rule.act.read_outcome
        event.reads = rule.reads or own
        event.promises = rule.act.agreed is not Act.agreed
        event.recorded_by = RECORDED_BY[rule.act.spec.speaker]
        event.limits = act_limits_of(method, rule)
        self.acts[rule.act] = event

    def _add_edge(self, method: Method, edge: Edge, paths: dict[str | None, Path]) -> None:
        for source in edge.sources:
            target = edge.target or source
            moves = {
                outcome: Move(
                    outcome,
                    source,
                    target,
                    path.establishes,
                    path.clears,
                    path.begins_cycle,
                    target in method.final,
                )
                for outcome, path in paths.items()
                if edge.outcome in (None, outcome)
            }
            self.add_transition(edge.trigger, source, target, given=edge.given, moves=moves)

    def promised(self, question: Question) -> tuple[Promise, ...]:
        """Return the promises an agreement makes: what, who, and until when."""
        ledger = question.case.ledger
        owner = ledger.owner or question.by.id
        made = []
        at, calendar = question.at, question.calendar
        reminders = self.method.promise_reminders
        for place, owed in enumerate(question.act.agreed(ledger), len(ledger.promises) + 1):
            named = owed.due
            due = in_utc(named) if named else self.method.promises_within.after(at, calendar)
            promise = promise_draft(
                f"p{place}",
                str(owed),
                owed.who or owner,
                due,
                owed if isinstance(owed, Remedy) else owed.remedy,
                "open",
                None,
                moments_before(due, reminders, at, calendar) if reminders else (),
                0,
            )
            promise.__class__ = Promise
            made.append(promise)
        return tuple(made)

    def watch(self, question: Question, move: Move) -> Found:
        """Return where watched invariants stand after a move, what it breaks, and what bars it."""
        from complaintflow._engine._watching import watch

        return watch(self.watched, question, move)

    def warnings(self, question: Question, path: Path) -> tuple[Unmet, ...]:
        """Return what the method recommends and this step does without."""
        found = not_followed(question, path)
        if self.reader is None:
            return found
        return found + tuple([warning for _, warning in heard(question, self.reader)])


def _watchers_of(method: Method) -> tuple[Watcher, ...]:
    if not any(invariant.watch for invariant in method.invariants):
        return ()
    from complaintflow._engine._watching import watchers_of

    return watchers_of(method)


def no_method(method: object) -> str:
    """Return what to say of something that is no method."""
    got = getattr(method, "__qualname__", None) or f"{method!r:.80}"
    return f"expected a method, built by calling it, such as six_steps(), not {got}"


def compiled(method: Method) -> MethodMachine:
    """Return the shared machine of a method, built when it is first asked for."""
    machine: MethodMachine | None = getattr(method, "compiled", None)
    if machine is None:
        if not isinstance(method, Method):
            raise EvidenceError("method", (no_method(method),))
        machine = MethodMachine(method)
        object.__setattr__(method, "compiled", machine)
    return machine
