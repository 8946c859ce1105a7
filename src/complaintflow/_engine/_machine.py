"""
One method as one shared `transitions` machine, through its own extension points.

`event_cls` asks the requirements of an act, `transition_cls` takes the step and records it.
What this lean shape would ignore is refused loudly.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import frozen
from transitions.core import Event, Machine, State, Transition

from complaintflow._actors import Kind
from complaintflow._calendars import Calendars
from complaintflow._case import Effect, Entry, Move, Watched, entry_draft
from complaintflow._deadlines import Deadline, TimeLimit, moments_before
from complaintflow._evidence import Remedy
from complaintflow._evidence._words import texts_of
from complaintflow._language import LanguageRule
from complaintflow._language._reader import Reader, Spoken
from complaintflow._ledger import Ledger, Promise, promise_draft
from complaintflow._method import Edge, Method, Rule
from complaintflow._requirements import Met, Question, Requirement, holds
from complaintflow._time import in_utc
from complaintflow._value import Value
from complaintflow.acts import Act, Speaker
from complaintflow.acts.bounds import DeadlineNear, DeadlinePassed
from complaintflow.errors import EvidenceError, Unmet, UnsupportedOption

if TYPE_CHECKING:
    from complaintflow._engine._watching import Found, Watcher

NOTHING: frozenset[str] = frozenset()

RECORDED_BY: dict[Speaker, frozenset[Kind]] = {
    "agent": frozenset({"human", "bot"}),
    "customer": frozenset({"human", "bot", "customer", "system"}),
    "colleague": frozenset({"human"}),
    "system": frozenset({"system"}),
}
"""Who can record whose acts: anybody the customer's, nobody but people a colleague's word."""


@frozen(eq=False, repr=False)
class Path(Value):
    """What one outcome of one act asks for and brings, worked out once."""

    facts: frozenset[str]
    """The facts it needs, together."""
    musts: tuple[Met, ...]
    """The questions beyond facts that must be met."""
    advice: tuple[Requirement, ...]
    """What is recommended."""
    advised: frozenset[str]
    """The facts that are recommended."""
    advice_met: tuple[Met, ...]
    """The recommended questions beyond facts."""
    requirements: tuple[Requirement, ...]
    """Everything it must meet, facts included, in the order a refusal tells it."""
    beyond: tuple[Requirement, ...]
    """Those of them that ask for something else than a fact."""
    establishes: frozenset[str]
    clears: frozenset[str]
    begins_cycle: bool
    effects: tuple[Effect, ...]
    is_plain: bool
    """True: nothing has to be worked out for its entry but the move."""


class NoCallbacks(tuple[()]):
    """The callbacks of what takes none: there are none, and none can be added."""

    __slots__ = ()

    def append(self, *callback: object) -> NoReturn:
        """Refuse a callback."""
        _refuse(f"the callback {callback!r:.60}")

    extend = insert = __iadd__ = append


class Fixed:
    """Part of a shared machine: cases of others are decided by it, so it stays as it was built."""

    is_fixed = False

    def __setattr__(self, name: str, value: object) -> None:
        if self.is_fixed:
            _refuse(name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        _refuse(name)

    def add_callback(self, trigger: str, func: object) -> NoReturn:
        """Refuse a callback."""
        _refuse(trigger)

    def fix(self) -> None:
        """Let nothing be changed from now on, and no callback be added."""
        for name, value in vars(self).items():
            if value == []:
                setattr(self, name, NoCallbacks())
        self.is_fixed = True


class FixedState(Fixed, State):
    """A state that calls nobody when it is entered or left."""


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
            _refuse(*used)
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
        entry = question.entry = entry_draft(
            case.id,
            case.version + 1,
            question.act,
            question.at,
            question.by,
            move,
            promises,
            machine.running(question, event, move, promises) if machine.limits else None,
            (machine.warnings(question, path) if path.advice or machine.reader else ()) + broken,
            machine.effects(question, path) if event.is_of_time else path.effects,
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
    starts: tuple[TimeLimit, ...]
    ends: frozenset[str]
    again: tuple[TimeLimit, ...]
    """The limits that recur, and that the act ends: they begin anew."""
    is_of_time: bool
    """True: it records what time has brought."""

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


class MethodMachine(Fixed, Machine):
    """The shared machine of one method."""

    events: OrderedDict[str, AskingEvent]  # type: ignore[assignment]
    event_cls = AskingEvent
    transition_cls = RecordingTransition
    state_cls = FixedState
    states: OrderedDict[str, FixedState]  # type: ignore[assignment]

    def __init__(self, method: Method, **options: object) -> None:
        if options:
            _refuse(*options)
        super().__init__(
            model=None,
            states=[state.name for state in method.states],
            initial=method.initial,
            auto_transitions=False,
        )
        self.method = method
        self.pin = method.pin
        self.limits = method.limits
        self.by_code = {limit.code: limit for limit in method.limits}
        self.paused_in = _pauses(method)
        self.opening_limits = tuple(limit for limit in method.limits if "open" in limit.starts)
        self.opening = Move(None, method.initial, method.initial)
        self.watched = _watchers_of(method)
        self.reader = Reader(method.language) if method.language else None
        self.acts: dict[type[Act], AskingEvent] = {}
        for rule in method.rules:
            self._add_rule(method, rule)
        for name in _CHANGING:
            setattr(self, name, _refusing(name))
        for event in self.events.values():
            for transitions in event.transitions.values():
                for transition in transitions:
                    transition.fix()
            event.fix()
        for state in self.states.values():
            state.fix()
        self.fix()

    def _add_rule(self, method: Method, rule: Rule) -> None:
        trigger = rule.trigger
        paths = {outcome: path_of(method, rule, outcome) for outcome in outcomes_of(rule)}
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
        event.starts = tuple(limit for limit in method.limits if trigger in limit.starts)
        ends = tuple(limit for limit in method.limits if trigger in limit.ends)
        event.ends = frozenset(limit.code for limit in ends)
        event.again = tuple(each for each in ends if each.recurs and trigger not in each.starts)
        event.is_of_time = issubclass(rule.act, DeadlinePassed | DeadlineNear)
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

    def __getattr__(self, name: str) -> Any:
        """Refuse the methods that `transitions` makes up to add callbacks."""
        if name.startswith(("on_", "before_", "after_", "prepare_")):
            _refuse(name)
        return super().__getattr__(name)

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

    def running(
        self,
        question: Question,
        event: AskingEvent,
        move: Move,
        promises: tuple[Promise, ...],
    ) -> tuple[Deadline, ...] | None:
        """Return the time limits running after a step; None where none started or ended."""
        before, at, calendar = question.case.ledger.deadlines, question.at, question.calendar
        if move.ends:
            return () if before else None
        kept = () if move.begins_cycle else tuple(d for d in before if d.code not in event.ends)
        starting = self.opening_limits if move.begins_cycle else event.starts
        awaited = question.case.ledger.awaited + promises if starting else ()
        started = start(starting, at, awaited, calendar)
        if event.again and not move.begins_cycle:
            running = {deadline.code for deadline in before}
            again = [limit for limit in event.again if limit.code in running]
            started += start(again, at, (), calendar)
        if event.is_of_time:
            started += self.missed(question)
        if started:
            fresh = {deadline.code for deadline in started}
            kept = (*(d for d in kept if d.code not in fresh), *started)
        if self.paused_in:
            kept = self.standing(kept, move.target, at, calendar)
        return None if kept == before else kept

    def missed(self, question: Question) -> tuple[Deadline, ...]:
        """Return the next deadline of a recurring duty whose last one has passed."""
        act, at, calendar = question.act, question.at, question.calendar
        limit = self.by_code.get(act.deadline)
        if limit is None or not limit.recurs or isinstance(act, DeadlineNear):
            return ()
        due = next(d.due for d in question.case.ledger.deadlines if d.code == limit.code)
        following = limit.deadline(due, calendar)
        # Nobody looked for so long that the next one has passed as well: it is one breach.
        return (following if following.due > at else limit.deadline(at, calendar),)

    def standing(
        self,
        deadlines: tuple[Deadline, ...],
        state: str,
        at: datetime,
        calendar: Calendars | None,
    ) -> tuple[Deadline, ...]:
        """Return deadlines as they stand in a state: paused, running on, or as they were."""
        found = []
        for deadline in deadlines:
            where = self.paused_in.get(deadline.code)
            if where is None or deadline.has_passed(at):
                found.append(deadline)
            elif state not in where:
                found.append(self.by_code[deadline.code].resumed(deadline, at, calendar))
            else:
                found.append(deadline if deadline.paused_at else deadline.paused(at))
        return tuple(found)

    def effects(self, question: Question, path: Path) -> tuple[Effect, ...]:
        """Return who is told of what time has brought: by the rule, and by the time limit."""
        act = question.act
        limit = self.by_code.get(act.deadline)
        if limit is None:
            return path.effects
        told = limit.notify if isinstance(act, DeadlinePassed) else limit.remind
        return path.effects + tuple([Effect(topic, to) for topic, to in told])

    def watch(self, question: Question, move: Move) -> Found:
        """Return where watched invariants stand after a move, what it breaks, and what bars it."""
        from complaintflow._engine._watching import watch

        return watch(self.watched, question, move)

    def warnings(self, question: Question, path: Path) -> tuple[Unmet, ...]:
        """Return what the method recommends and this step does without."""
        found = () if _is_followed(path, question) else _not_followed(path, question)
        if self.reader is None:
            return found
        return found + tuple([warning for _, warning in self.heard(question)])

    def heard(self, question: Question) -> tuple[tuple[LanguageRule, Unmet], ...]:
        """Return what the language rules find in the words of an act; they are read once."""
        if question.heard is None:
            question.heard = () if self.reader is None else self.reader.read(spoken(question))
        return question.heard  # type: ignore[no-any-return]


def _watchers_of(method: Method) -> tuple[Watcher, ...]:
    if not any(invariant.watch for invariant in method.invariants):
        return ()
    from complaintflow._engine._watching import watchers_of

    return watchers_of(method)


def _is_followed(path: Path, question: Question) -> bool:
    if not path.advised <= question.case.facts:
        return False
    for met in path.advice_met:  # noqa: SIM110  (half the time)
        if not met(question):
            return False
    return True


def _not_followed(path: Path, question: Question) -> tuple[Unmet, ...]:
    waived = question.case.ledger.waived
    return tuple(
        [
            advice.unmet(question)
            for advice in path.advice
            if advice.code not in waived and not advice.met(question)
        ]
    )


def spoken(question: Question) -> Spoken:
    """Return what an act says, and in which situation."""
    act, case = question.act, question.case
    spec, ledger = act.spec, case.ledger
    return Spoken(
        act.trigger,
        tuple([text for name in spec.said for text in texts_of(getattr(act, name))]),
        tuple([text for name in spec.notes for text in texts_of(getattr(act, name))]),
        case.facts,
        ledger.accounts,
        ledger.mood,
        question.by.limits is not None,
    )


def unspeakable(rule: LanguageRule) -> Requirement:
    """Return the requirement that an act runs into none of a blocking rule's phrases."""

    def found(question: Question) -> Unmet | None:
        machine = compiled(question.method)
        return next((u for r, u in machine.heard(question) if r is rule), None)

    return Requirement(
        rule.code,
        rule.text.replace("{phrase}", "/".join(rule.phrases)),
        lambda q: found(q) is None,
        cites=rule.cites,
        reads=["evidence", "ledger"],
        standing=holds,
        tell=lambda q: "" if (unmet := found(q)) is None else unmet.text,
    )


def start(
    limits: Iterable[TimeLimit],
    at: datetime,
    promises: tuple[Promise, ...],
    calendar: Calendars | None,
) -> tuple[Deadline, ...]:
    """Return the deadlines of time limits that start at a moment, with what is promised then."""
    last = max([at, *(promise.due for promise in promises)])
    return tuple(
        [
            limit.deadline(last if limit.after_promises else at, calendar, since=at)
            for limit in limits
        ]
    )


def _pauses(method: Method) -> dict[str, frozenset[str]]:
    """Return in which states each pausable time limit stands still, by its code."""
    waiting = [state.name for state in method.states if state.waits_for == "customer"]
    return {
        limit.code: frozenset(limit.paused_in or waiting)
        for limit in method.limits
        if limit.pausable
    }


def blocking(question: Question, path: Path) -> list[Requirement]:
    """Return the requirements that are neither met nor waived, in the order they are told."""
    waived = question.case.ledger.waived
    return [
        requirement
        for requirement in path.requirements
        if requirement.code not in waived and not requirement.met(question)
    ]


def outcomes_of(rule: Rule) -> tuple[str | None, ...]:
    """Return every outcome an act can have in its rule; None stands for the only one."""
    names = dict.fromkeys((*rule.act.spec.outcomes, *(o.name for o in rule.outcomes)))
    return tuple(names) or (None,)


def path_of(method: Method, rule: Rule, outcome: str | None) -> Path:
    """Return what one outcome of a rule asks for and brings."""
    everything = method.requirements(rule, outcome) + tuple(
        unspeakable(language)
        for language in method.language
        if language.blocks
        and rule.act.spec.said
        and (not language.acts or rule.trigger in language.acts)
    )
    musts = tuple(r for r in everything if not r.should)
    advice = tuple(r for r in everything if r.should)
    own = next((o for o in rule.outcomes if o.name == outcome), None)
    notify = rule.notify + (own.notify if own else ())
    return Path(
        facts=frozenset(r.fact for r in musts if r.fact is not None),
        musts=tuple(r.met for r in musts if r.fact is None),
        advice=advice,
        advised=frozenset(r.fact for r in advice if r.fact is not None),
        advice_met=tuple(r.met for r in advice if r.fact is None),
        requirements=musts,
        beyond=tuple(r for r in musts if r.fact is None),
        establishes=rule.establishes | (own.establishes if own else NOTHING),
        clears=rule.clears | (own.clears if own else NOTHING),
        begins_cycle=rule.begins_cycle or (own is not None and own.begins_cycle),
        effects=tuple(Effect(topic, to) for topic, to in notify),
        is_plain=not (
            advice
            or method.limits
            or method.language
            or rule.act.agreed is not Act.agreed
            or any(invariant.watch for invariant in method.invariants)
        ),
    )


_CHANGING = tuple(
    name
    for name in dir(Machine)
    if name.startswith(("add_", "remove_", "set_state", "dispatch", "on_", "before_", "after_"))
    and callable(getattr(Machine, name))
)
"""What would change a machine under the cases of others, once it is built."""


def no_method(method: object) -> str:
    """Return what to say of something that is no method."""
    return f"expected a method, built by calling it, such as six_steps(), not {method!r:.80}"


def compiled(method: Method) -> MethodMachine:
    """Return the shared machine of a method, built when it is first asked for."""
    machine: MethodMachine | None = getattr(method, "compiled", None)
    if machine is None:
        if not isinstance(method, Method):
            raise EvidenceError("method", (no_method(method),))
        machine = MethodMachine(method)
        object.__setattr__(method, "compiled", machine)
    return machine


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        _refuse(name)

    return refuse


def _refuse(*options: str) -> NoReturn:
    message = (
        f"the shared machine of a method does not support {', '.join(options)}: it would be "
        "ignored, or change how others decide; ask machine(method, cls=...) for a stock machine "
        "of your own"
    )
    raise UnsupportedOption(message)
