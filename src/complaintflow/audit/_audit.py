"""The audit: from a log, a mapping and rules to a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Given
from datetime import datetime
from functools import cache
from pathlib import Path

from attrs import evolve

from complaintflow import acts
from complaintflow._calendars import Calendars
from complaintflow._engine import MethodMachine, compiled
from complaintflow._invariants import Invariant
from complaintflow._method import Method
from complaintflow._spelling import did_you_mean, listed
from complaintflow._time import must_be_aware, zone_of
from complaintflow.audit._deeds import Readings
from complaintflow.audit._fitting import must_fit
from complaintflow.audit._fold import EPOCH, Fold, Note
from complaintflow.audit._judges import BEGAN_BEFORE, Judge
from complaintflow.audit._logs import Line, Progress, log_of
from complaintflow.audit._nodes import BROKEN, Nodes, State
from complaintflow.audit._replay_judge import ReplayJudge
from complaintflow.audit._rule_judge import RuleJudge
from complaintflow.audit._timed import Timed
from complaintflow.audit._values import (
    CLOSING,
    Activity,
    AuditFinding,
    AuditReport,
    Judged,
    Mapping,
    Unjudged,
    Verdict,
)
from complaintflow.errors import MappingError, Unmet

Against = Method | Invariant | Iterable[Invariant] | None


def audit(
    log: str | Path | Iterable[Line],
    mapping: Mapping,
    against: Against = None,
    *,
    until: datetime | None = None,
    calendar: Calendars | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """
    Return what a log of a helpdesk says about a method, or about invariants.

    A file is read as a stream, whatever the order of its lines; cases may be interleaved. What
    the log leaves open is never guessed: see :class:`Verdict`.

    Args:
        log: a CSV or XES file, also one that is packed by gzip, by its path; `-` for standard
            input; or lines in memory, each (case, activity, datetime). What can be iterated but
            once is kept in memory.

        mapping: what the activities of the log stand for. Its own rules are audited too.

        against: a method, with the invariants that it carries, or invariants. None: only the rules
            of the mapping.

        until: when the log ends, for rules with a span of time; aware. None: with its last line.

        calendar: tells business days. None: Monday to Friday.

        progress: told how many bytes of a file have been read, and how many there are.

    Raises:
        EvidenceError: something given is of another type; every problem is listed.

        MappingError: the mapping does not fit what is audited; every problem is listed.

        LogError: the file is missing, empty, has other columns, or no line that can be read.

        TimeError: *until* is naive.
    """
    method = against if isinstance(against, Method) else None
    machine, invariants = fitted(log, mapping, against, progress)
    if until is not None:
        must_be_aware(until, "until")
    activities = tuple(closing(each, machine) for each in mapping.activities)
    over = mapping.shape.complete
    readings = Readings(machine, vocabulary())
    rules = [RuleJudge(each, readings, calendar, over=over) for each in invariants]
    judges: tuple[Judge, ...] = (
        *([ReplayJudge(method, readings, over=over)] if method is not None else []),
        *(rule for rule in rules if rule.invariant.within is None),
    )
    timed = tuple(rule for rule in rules if rule.invariant.within is not None)
    fold = Fold(
        Nodes(judges, activities),
        Timed(timed, activities),
        activities,
        zone_of(mapping.shape.zone),
    )
    with log_of(log, mapping.shape) as lines:
        fold.read(lines, progress)
    return _report(fold, (*judges, *timed), until, mapping, machine)


def fitted(
    log: object, mapping: Mapping, against: Against, progress: object
) -> tuple[MethodMachine | None, tuple[Invariant, ...]]:
    """
    Return the machine of the method, where there is one, and every rule that is audited.

    Raises:
        EvidenceError: something given is of another type; every problem is listed.

        MappingError: the mapping does not fit what is audited; every problem is listed.
    """
    method = against if isinstance(against, Method) else None
    stated = _invariants(against)
    must_fit(log=log, mapping=mapping, against=against, rules=stated, progress=progress)
    invariants = (*stated, *mapping.rules)
    machine = None if method is None else compiled(method)
    problems = tuple(_problems(mapping, method, invariants, machine))
    if problems:
        raise MappingError(mapping.name, problems)
    return machine, invariants


def closing(activity: Activity, machine: MethodMachine | None) -> Activity:
    """Return an activity that closes a case where an act of the method's own only does that."""
    for deed in activity.deeds if machine is not None and not activity.closes else ():
        event = machine.events.get(deed.trigger)  # type: ignore[union-attr]
        if event is None or deed.trigger in CLOSING:
            continue
        moves = [
            move
            for transitions in event.transitions.values()
            for transition in transitions
            for outcome, move in transition.moves.items()
            if deed.outcome in {None, outcome}
        ]
        if moves and all(move.ends and move.source != move.target for move in moves):
            return evolve(activity, closes=True)
    return activity


def _invariants(against: Against) -> tuple[Invariant, ...]:
    if against is None:
        return ()
    if isinstance(against, Method):
        return against.invariants
    if isinstance(against, Invariant) or not isinstance(against, Iterable):
        return (against,)
    return tuple(against)


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """Return the outcomes of every act of the vocabulary, by its trigger."""
    found = {}
    for name in acts.__all__:
        value = getattr(acts, name)
        if isinstance(value, type) and issubclass(value, acts.Act) and value is not acts.Act:
            found[value.trigger] = tuple(value.spec.outcomes)
    return found


# -- does the mapping fit -------------------------------------------------------------------------


def _problems(
    mapping: Mapping,
    method: Method | None,
    invariants: tuple[Invariant, ...],
    machine: MethodMachine | None,
) -> Iterator[str]:
    if method is None and not invariants:
        yield "there is nothing to audit against: name a method, or state [[rules]]"
    if mapping.activities and all(each == Activity(each.name) for each in mapping.activities):
        yield "no activity stands for anything yet: write into each [] what it is, such as 'open'"
    codes = Counter([*(rule.code for rule in invariants), *([method.name] if method else [])])
    for code in sorted(code for code, count in codes.items() if count > 1):
        yield f"the rule '{code}' is there twice; give one of them another code"
    of_log, of_rules = _known_acts(mapping, method, invariants, machine)
    for rule in invariants:
        for pattern in _patterns(rule):
            yield from _act(f"rule '{rule.code}'", method, of_rules, *_split(pattern))
    asked = {fact for rule in invariants for fact in rule.facts}
    facts = asked if method is None else {fact.name for fact in method.facts}
    whose = "any rule" if method is None else method.name
    for activity in mapping.activities:
        where = mapping.where(activity.name)
        for deed in activity.deeds:
            if deed.trigger != "open":
                yield from _act(where, method, of_log, deed.trigger, deed.outcome)
        for fact in sorted((activity.establishes | activity.clears) - facts):
            yield f"{where}: '{fact}' is no fact of {whose}{did_you_mean(fact, sorted(facts))}"
    yield from _facts(mapping, method, invariants)


Known = Given[str, tuple[str, ...] | None]
"""The acts that can be meant, each with its outcomes; None: any outcome can be."""


def _known_acts(
    mapping: Mapping,
    method: Method | None,
    invariants: tuple[Invariant, ...],
    machine: MethodMachine | None,
) -> tuple[Known, Known]:
    """
    Return the acts that an activity can stand for, and those that a rule can speak of.

    Without a method nobody says which acts a host has of its own; so one is taken for such where
    both an activity and a rule name it, and for a slip where only one of them does.
    """
    if machine is not None and method is not None:
        known: Known = {
            trigger: tuple(filter(None, machine.events[trigger].paths))
            for trigger in method.triggers
        }
        return known, known
    said = {deed.trigger: None for each in mapping.activities for deed in each.deeds}
    asked = {_split(pattern)[0]: None for rule in invariants for pattern in _patterns(rule)}
    return asked | vocabulary(), said | vocabulary()


def _act(
    where: str, method: Method | None, known: Known, trigger: str, outcome: str | None
) -> Iterator[str]:
    whose = "the vocabulary" if method is None else method.name
    if trigger == "open":
        yield f"{where}: no rule can speak of 'open', with which every case begins"
        return
    if trigger not in known:
        yield f"{where}: {whose} has no act '{trigger}'{did_you_mean(trigger, known)}"
        return
    outcomes = known[trigger]
    if outcome is None or outcomes is None or outcome in outcomes:
        return
    if outcomes:
        near = did_you_mean(outcome, outcomes)
        told = f"has no outcome '{outcome}'{near}; it has: {', '.join(outcomes)}"
    else:
        told = f"has no outcomes, so not '{outcome}' either"
    yield f"{where}: {trigger} {told}"


def _facts(
    mapping: Mapping, method: Method | None, invariants: tuple[Invariant, ...]
) -> Iterator[str]:
    established = {fact for activity in mapping.activities for fact in activity.establishes}
    for rule in invariants:
        for fact in rule.facts:
            if method is not None:
                known = [each.name for each in method.facts]
                if fact not in known:
                    near = did_you_mean(fact, known)
                    yield f"rule '{rule.code}': '{fact}' is no fact of {method.name}{near}"
            elif fact not in established:
                yield (
                    f"rule '{rule.code}' asks for the fact '{fact}', which no activity establishes"
                    f"{did_you_mean(fact, established)}"
                )


def _patterns(rule: Invariant) -> tuple[str, ...]:
    return (*rule.acts, *rule.others, *rule.undone_by)


def _split(pattern: str) -> tuple[str, str | None]:
    trigger, _, outcome = pattern.partition("/")
    return trigger, outcome or None


# -- the report -----------------------------------------------------------------------------------


def _report(
    fold: Fold,
    judges: tuple[Judge, ...],
    until: datetime | None,
    mapping: Mapping,
    machine: MethodMachine | None,
) -> AuditReport:
    verdicts: dict[str, tuple[Verdict, ...]] = {}
    # One tuple for all the cases that have the same verdicts: they are few, and cases many.
    shared: dict[tuple[Verdict, ...], tuple[Verdict, ...]] = {}
    findings: list[AuditFinding] = []
    beheaded = 0
    timed = fold.timed if fold.timed.judges else None
    end = EPOCH if timed is None else until or fold.end()
    broken, unsure = Verdict.BROKEN, Verdict.CANNOT_TELL
    stood: Counter[State] = Counter()
    for case, node in fold.cases.items():
        state = node.state
        stood[state] += case not in fold.doubts
        found = state.verdicts or fold.nodes.verdicts(node)
        if timed is not None:
            found += timed.verdicts(case, end)
            found = shared.setdefault(found, found)
        if case in fold.doubts:
            doubted = fold.doubted(case)
            found = tuple(unsure if n in doubted else each for n, each in enumerate(found))
        verdicts[case] = found
        if not state.is_opened:
            beheaded += 1
        if broken in found or unsure in found:
            findings += _findings(fold, judges, case, found)
    totals = Counter(verdicts.values())
    return AuditReport(
        rules=tuple(
            Judged(each.code, each.text, each.cites, _totals(totals, place))
            for place, each in enumerate(judges)
        ),
        findings=tuple(findings),
        cases=verdicts,
        lines=fold.lines,
        unknown=dict(fold.unknown.most_common()),
        unseen=tuple(a.name for a in mapping.activities if a.name not in fold.seen),
        unusable=fold.unusable,
        samples=tuple(fold.samples),
        unsorted=len(fold.late),
        tied=len(fold.tied),
        beheaded=beheaded,
        unjudged=() if machine is None else tuple(_unjudged(mapping, machine)),
        notes=tuple(_notes(fold, mapping, judges)),
        standings=_standings(stood, judges),
    )


def _standings(stood: Counter[State], judges: tuple[Judge, ...]) -> dict[str, int]:
    """Return how many cases stand in each state of the method, where there is no doubt of it."""
    if not (judges and isinstance(judges[0], ReplayJudge)):
        return {}
    judge, found = judges[0], Counter[str]()
    for state, count in stood.items():
        could_be = [judge.states(place) for place in state.now[0]]
        whole = frozenset().union(*could_be)
        if all(could_be) and len(whole) == 1:
            found[min(whole)] += count
    return {each.name: found[each.name] for each in judge.method.states if found[each.name]}


def _totals(found: Counter[tuple[Verdict, ...]], place: int) -> dict[Verdict, int]:
    totals = dict.fromkeys(Verdict, 0)
    for verdicts, count in found.items():
        totals[verdicts[place]] += count
    return totals


def _findings(
    fold: Fold,
    judges: tuple[Judge, ...],
    case: str,
    verdicts: tuple[Verdict, ...],
) -> Iterator[AuditFinding]:
    notes, doubted = fold.notes.get(case, []), fold.doubted(case)
    for place, verdict in enumerate(verdicts):
        if verdict not in {Verdict.BROKEN, Verdict.CANNOT_TELL}:
            continue
        code = judges[place].code
        note = _note(notes, place, verdict)
        if note is not None:
            reasons = note.reasons
        else:
            reasons = () if place in doubted else _at_the_end(fold, judges[place], case, place)
        if place in doubted:
            why = f"it hangs on line {doubted[place]}, which cannot be read"
            reasons = (Unmet("line_unreadable", why), *reasons)
        elif verdict is Verdict.CANNOT_TELL:
            reasons = (_left_open(fold, case), *reasons)
        reasons = tuple(dict.fromkeys(reasons))
        if note is not None:
            yield AuditFinding(case, code, verdict, note.at, note.activity, note.line, reasons)
        else:
            yield AuditFinding(case, code, verdict, None, None, None, reasons)


def _left_open(fold: Fold, case: str) -> Unmet:
    """Return why it cannot be told."""
    if not fold.cases[case].state.is_opened:
        return BEGAN_BEFORE
    if case in fold.tied:
        return Unmet("same_time", "it hangs on the order of lines that have one time")
    return Unmet("outcome_open", "it hangs on an outcome that the log does not say")


def _note(notes: list[Note], place: int, verdict: Verdict) -> Note | None:
    is_broken = verdict is Verdict.BROKEN
    return next(
        (n for n in notes if n.rule == place and (n.standing == BROKEN or not is_broken)), None
    )


def _at_the_end(fold: Fold, judge: Judge, case: str, place: int) -> tuple[Unmet, ...]:
    if place >= len(fold.nodes.judges):
        return judge.why(None, None)
    places = sorted(fold.cases[case].state.now[place], key=repr)
    bad = [each for each in places if judge.verdict(each, None) is Verdict.BROKEN]
    return judge.why((bad or places)[0], None)


def _unjudged(mapping: Mapping, machine: MethodMachine) -> Iterator[Unjudged]:
    seen = set[tuple[str, str]]()
    for activity in mapping.activities:
        for deed in activity.deeds:
            event = machine.events.get(deed.trigger)
            paths = event.paths if event is not None else {}
            for outcome, path in paths.items():
                if deed.outcome in (None, outcome):
                    for need in path.beyond:
                        if (deed.trigger, need.code) not in seen:
                            seen.add((deed.trigger, need.code))
                            text = need.text.replace("{customer}", "the customer")
                            yield Unjudged(deed.trigger, need.code, text)


def _absent(mapping: Mapping, rules: Iterable[Invariant]) -> set[str]:
    """Return the acts that rules speak of, and that no activity of the mapping stands for."""
    deeds = {deed for activity in mapping.activities for deed in activity.deeds}
    said = {name for d in deeds for name in (d.trigger, f"{d.trigger}/{d.outcome}")}
    open_ones = {deed.trigger for deed in deeds if deed.outcome is None}
    asked = {pattern for rule in rules for pattern in _patterns(rule)}
    return {each for each in asked - said if _split(each)[0] not in open_ones}


def _notes(fold: Fold, mapping: Mapping, judges: tuple[Judge, ...]) -> Iterator[str]:
    activities = tuple(fold.activities.values())
    rules = [each.invariant for each in judges if isinstance(each, RuleJudge)]
    if absent := sorted(_absent(mapping, rules)):
        yield f"no activity stands for {listed(absent, 'or')}, which rules speak of"
    if not mapping.shape.complete and not any(activity.closes for activity in activities):
        yield (
            "no activity closes a case, so what has not happened is pending, not broken; "
            "say closes = true for one, or complete = true for the log"
        )
    if not fold.seen:
        yield "the log has none of the activities that the mapping knows"
    for name in list(fold.unknown)[:10]:
        near = did_you_mean(name, [a.name for a in activities if a.name not in fold.seen])
        if near:
            yield f"the mapping does not know '{name}'{near}"
