"""Whether a definition keeps the charter of the library, I1 to I6."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from complaintflow import acts
from complaintflow._definition._graph import maybe_final
from complaintflow._definition._problems import About, MethodProblem
from complaintflow._definition._reading import Definition, Part, parts
from complaintflow._method import Rule
from complaintflow._requirements import Requirement
from complaintflow.acts import Act, Satisfaction
from complaintflow.acts.bounds import DeadlineNear, DeadlinePassed
from complaintflow.acts.keeping import SETTLING

Earns = Callable[[type[Act], str | None], bool]

_WAIVABLE: About = ("waivable",)
_TAKE_OUT = "; take it out of waivable"
ENDING = ("close", "withdraw", "lapse", "declare_deadlock")


def charter(definition: Definition) -> Iterator[MethodProblem]:
    """Yield where a definition breaks the charter."""
    yield from _remedies_earned(definition)
    yield from _promises_kept(definition)
    yield from _breaches_recorded(definition)
    yield from _ways_out(definition)


# -- I1 to I3 -----------------------------------------------------------------------------------


def _hears(act: type[Act], outcome: str | None) -> bool:
    return act.spec.hearing is not None and outcome == act.spec.hearing


def _recognises(act: type[Act], _: str | None) -> bool:
    return act.spec.recognition


def _expects(act: type[Act], outcome: str | None) -> bool:
    return outcome in act.spec.expectation


EARNED: dict[str, tuple[str, Earns]] = {
    "I1": ("the customer's account is heard", _hears),
    "I2": ("feelings or the problem are recognised", _recognises),
    "I3": ("the customer's expectation is known", _expects),
}
"""What a remedy must be earned by: in words, and which acts do, with which outcomes."""


def _remedies_earned(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    departed = {departure.invariant for departure in method.departs}
    for departure in method.departs:
        if departure.invariant not in EARNED:
            told = f"charter: I1, I2 and I3 can be departed from, not '{departure.invariant}'"
            yield MethodProblem(told, ("departs", departure.invariant))
    # A departure that cannot be read may be from any of them.
    may_depart = definition.lost["departs"] or not departed <= EARNED.keys()
    remedies = [rule for rule in method.rules if rule.act.spec.remedy]
    # An answer may also be to other questions; only asking makes a method one that negotiates.
    negotiates = any(r.act.spec.expectation and r.act.spec.awaits for r in method.rules)
    for invariant, (what, earns) in EARNED.items():
        binds = negotiates or invariant != "I3"
        facts = _established_by(definition, earns)
        lacking = [rule.trigger for rule in remedies if not _needed(rule) & facts] if binds else []
        if lacking and invariant not in departed and not may_depart:
            yield MethodProblem(
                f"charter {invariant}: {', '.join(lacking)} must need a fact that says {what}"
                f"{_candidates(definition, facts, earns)}, or the method must declare that it "
                f"departs from {invariant}",
                ("rules", lacking[0]),
            )
        if invariant in departed and not lacking and _are_sure(definition):
            told = f"charter {invariant}: the method says it departs from it, but it does not"
            yield MethodProblem(f"{told}; take it out", ("departs", invariant))
        if invariant != "I3" and binds:
            sure = facts if definition.is_whole else _established_by(definition, earns, surely=True)
            if waived := sorted(sure & method.waivable):
                told = f"charter {invariant}: {', '.join(waived)} can never be waived{_TAKE_OUT}"
                yield MethodProblem(told, _WAIVABLE)


def _are_sure(definition: Definition) -> bool:
    """Return whether every rule is as it was written."""
    return not definition.lost["rules"] and all(
        definition.is_sure(part) for rule in definition.method.rules for part in parts(rule)
    )


def _candidates(definition: Definition, facts: frozenset[str], earns: Earns) -> str:
    if facts:
        return f" ({' or '.join(sorted(facts))})"
    known = [rule.act for rule in definition.method.rules]
    earning = [*_earning(known, earns)] or [*_earning(_vocabulary(), earns)]
    *others, last = earning
    named = f"{', '.join(others)} or {last}" if others else last
    return f" (no fact does yet: name one that nothing but {named} establishes)"


def _earning(known: Iterable[type[Act]], earns: Earns) -> Iterator[str]:
    """Yield the acts that earn something, with the outcomes they do so with."""
    for each in known:
        outcomes = [outcome for outcome in each.spec.outcomes if earns(each, outcome)]
        if earns(each, None):
            yield each.trigger
        elif outcomes:
            yield f"{each.trigger} ({' or '.join(outcomes)})"


def _vocabulary() -> Iterator[type[Act]]:
    for name in acts.__all__:
        each = getattr(acts, name)
        if isinstance(each, type) and issubclass(each, Act) and each.trigger:
            yield each


def _needed(part: Part) -> set[str]:
    return {need for need in part.needs if isinstance(need, str)}


def _established_by(
    definition: Definition, earns: Earns, *, surely: bool = False
) -> frozenset[str]:
    """
    Return the facts that nothing but acts (with outcomes) of one kind establish.

    What could be anything is taken to do so, too; not if *surely*.
    """
    pure: dict[str, bool] = {}
    if definition.lost["rules"] and not surely:
        pure = {fact.name: True for fact in definition.method.facts}
    for rule in definition.method.rules:
        may_earn = any(earns(rule.act, outcome) for outcome in (None, *rule.act.spec.outcomes))
        for part in parts(rule):
            outcome = getattr(part, "name", None)
            # A reading of the method's own may call anything by the name of an outcome.
            is_ours = rule.reads is None or isinstance(rule.reads, Satisfaction) or outcome is None
            is_read = definition.is_sure(rule, "reads")
            is_earned = earns(rule.act, outcome) and (is_ours or not is_read)
            is_guess = may_earn and not surely if definition.is_any(part) else is_earned
            for fact in part.establishes:
                if is_read and definition.is_sure(part, "establishes", "name"):
                    pure[fact] = pure.get(fact, True) and is_earned
                elif is_guess:
                    pure.setdefault(fact, True)
    return frozenset(fact for fact, is_pure in pure.items() if is_pure)


# -- I4 -----------------------------------------------------------------------------------------


def _settles(act: type[Act], outcome: str | None) -> bool:
    return act.trigger in SETTLING and outcome == "settled"


def _promises_kept(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    promising = [rule for rule in method.rules if rule.act.agreed is not Act.agreed]
    breaking = definition.rule("break_promise")
    is_sure = breaking is None or definition.is_sure(breaking, "needs")
    if breaking is not None and is_sure and "break_approved" not in _codes(breaking):
        told = "charter I4: break_promise must need break_approved(): somebody else allows it"
        yield MethodProblem(told, ("rules", "break_promise"))
    if not promising:
        return
    merging = definition.rule("merge")
    is_sure = merging is None or definition.is_sure(merging, "needs")
    if merging is not None and is_sure and "nothing_outstanding" not in _codes(merging):
        told = "charter I4: merge must need nothing_outstanding(): promises stay with their case"
        yield MethodProblem(told, ("rules", "merge"))
    settled = _established_by(definition, _settles, surely=True)
    never = {*settled, "break_approved", "approver_is_another", "nothing_outstanding"}
    never &= method.waivable
    if never:
        told = f"charter I4: {', '.join(sorted(never))} can never be waived{_TAKE_OUT}"
        yield MethodProblem(told, _WAIVABLE)
    kept = {
        fact
        for fact in _established_by(definition, _settles)
        if all(any(fact in part.clears for part in parts(rule)) for rule in promising)
    }
    others = [
        edge.trigger
        for edge in method.edges
        if edge.target in method.final and edge.trigger not in (*ENDING, "merge")
        if not {*edge.sources} <= maybe_final(definition)
        if definition.is_sure(edge) and (rule := definition.rule(edge.trigger)) is not None
        if not _needed(rule) & kept
    ]
    if others:
        names = ", ".join(dict.fromkeys(others))
        told = f"charter I4: {names} ends a case over open promises; {', '.join(ENDING)} may"
        yield MethodProblem(told, ("rules", others[0]))
    close = definition.rule("close")
    needed = set[str]() if close is None else _needed(close)
    for outcome in () if close is None else close.outcomes:
        if outcome.name == "resolved" or definition.is_any(outcome):
            needed |= _needed(outcome)
    if not needed & kept and not (close is None and definition.lost["rules"]):
        makers = ", ".join(rule.trigger for rule in promising)
        yield MethodProblem(
            f"charter I4: {makers} make promises, so close (resolved) must need a fact that only "
            "a settled promise establishes, and that they clear",
            ("rules", "close"),
        )


def _codes(rule: Rule) -> set[str]:
    return {need.code for need in rule.needs if isinstance(need, Requirement)}


# -- I5 -----------------------------------------------------------------------------------------


def _breaches_recorded(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    promising = any(rule.act.agreed is not Act.agreed for rule in method.rules)
    everywhere = [state.name for state in method.states]
    if (promising or method.limits) and (
        missing := _without(definition, "deadline_passed", everywhere)
    ):
        yield MethodProblem(
            "charter I5: it makes promises or has time limits, so deadline_passed must be possible "
            f"in every state; it is not in {', '.join(missing)}"
            f"{_ruled(definition, DeadlinePassed)}",
            ("rules", "deadline_passed"),
        )
    if not (promising and method.promise_reminders):  # promises outlive the end of a case
        ends = maybe_final(definition)
        everywhere = [name for name in everywhere if name not in ends]
        if not any(limit.reminders for limit in method.limits):
            return
    if missing := _without(definition, "deadline_near", everywhere):
        yield MethodProblem(
            "it has reminders, so deadline_near must be possible in every state they can come in; "
            f"it is not in {', '.join(missing)}{_ruled(definition, DeadlineNear)}",
            ("rules", "deadline_near"),
        )


def _ruled(definition: Definition, time: type[Act]) -> str:
    """Return what to add where a method has no rule for what time brings."""
    if definition.rule(time.trigger) is not None or definition.lost["rules"]:
        return ""
    name = time.__name__
    return f"; add Rule({name}, in_way=False), and stays(STATES, {name}) to the edges"


def _without(definition: Definition, trigger: str, states: Iterable[str]) -> list[str]:
    edges = definition.method.edges
    possible = {s for e in edges if e.trigger == trigger for s in e.sources}
    return [name for name in states if name not in possible]


# -- I6 -----------------------------------------------------------------------------------------


def _ways_out(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    ends = maybe_final(definition)
    working = [state for state in method.states if state.name not in ends]
    for trigger, from_where in (
        ("withdraw", [s.name for s in working]),
        ("lapse", [s.name for s in working if s.waits_for == "customer"]),
    ):
        out = {
            source
            for edge in method.edges
            if edge.trigger == trigger and edge.target in ends and not edge.given
            for source in edge.sources
        }
        missing = [name for name in dict.fromkeys(from_where) if name not in out]
        if missing:
            whose = "the customer can always" if trigger == "withdraw" else "a silent customer must"
            where = ", ".join(missing)
            told = f"charter I6: {whose} leave: no {trigger} to a final state from {where}"
            yield MethodProblem(told, ("rules", trigger))
        rule = definition.rule(trigger)
        if rule is not None and (asked := _asked_of(definition, rule)):
            told = f"charter I6: {trigger} must not need {', '.join(asked)}"
            yield MethodProblem(told, ("rules", trigger))


def _asked_of(definition: Definition, rule: Rule) -> list[str]:
    """Return what an exit needs and may not: facts, and for a withdrawal all but its words."""
    sure = [part for part in parts(rule) if definition.is_sure(part, "needs")]
    needs = [need for part in sure for need in part.needs]
    asked = [need for need in needs if isinstance(need, str)]
    if rule.trigger == "withdraw":
        asked += [
            need.code
            for need in needs
            if isinstance(need, Requirement) and "evidence" not in need.reads
            if definition.is_sure(need, "reads")
        ]
    return asked
