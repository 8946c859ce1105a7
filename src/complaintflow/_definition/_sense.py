"""Whether the names of a definition make sense together, once they are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from complaintflow._deadlines import TimeLimit, problems_of_reminders
from complaintflow._definition._problems import MethodProblem, Where
from complaintflow._definition._reading import Definition, Part, outcomes_of, parts
from complaintflow._evidence._annotations import fits
from complaintflow._method import Edge, Method, Rule
from complaintflow._requirements import Advised, Requirement
from complaintflow._requirements._named import NEVER_WAIVED
from complaintflow._spelling import did_you_mean
from complaintflow.acts import Satisfaction

RESERVED = frozenset({"state", "trigger", "open", "erase", "change_method"})
"""Triggers that no rule can have: names of the machine's own, and the act that opens a case."""

_TAKEN = {"promise": "the deadlines of promises", "resume": "the time a talk was put off to"}


def sense(definition: Definition) -> Iterator[MethodProblem]:
    """Yield what makes no sense in a definition, its graph and the charter apart."""
    yield from _states(definition)
    yield from _rules(definition)
    yield from _codes(definition)
    yield from _edges(definition)
    yield from _waivable(definition)
    yield from _limits(definition)
    yield from _language(definition)
    codes = (each.code for each in definition.method.invariants)
    yield from _twice(codes, "invariant", "invariants")
    reminders = Where("promise_reminders", ("promise_reminders",))
    yield from map(reminders.says, problems_of_reminders(definition.method.promise_reminders))
    for key, reason in definition.method.accepted:
        if not (isinstance(reason, str) and reason.strip()):
            yield Where("accepted", ("accepted", key)).says(
                f"'{key}' takes a reason: say why it is meant to be so"
            )


def _twice(names: Iterable[str], what: str, kind: str) -> Iterator[MethodProblem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield MethodProblem(
                f"{what} '{name}' is defined {count} times; give it once", (kind, name)
            )


def _states(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    yield from _twice((state.name for state in method.states), "state", "states")
    yield from _twice((fact.name for fact in method.facts), "fact", "facts")
    if not all(definition.is_sure(state, "final") for state in method.states):
        return
    if not method.final:
        yield MethodProblem("no state is final: a case could never be closed", ("states",))
    elif method.initial in method.final:
        told = f"state '{method.initial}' is both initial and final; begin in another"
        yield MethodProblem(told, ("states", method.initial))


# -- rules --------------------------------------------------------------------------------------


def _rules(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    yield from _twice(method.triggers, "the rule of act", "rules")
    established = {f for rule in method.rules for part in parts(rule) for f in part.establishes}
    triggers = {*method.triggers}
    for rule in method.rules:
        where = _rule_of(rule.trigger)
        if rule.trigger in RESERVED:
            told = f"an act cannot be called '{rule.trigger}'; give the class another name"
            yield where.says(told)
        named = (each.name for each in rule.outcomes if not definition.is_any(each))
        for problem in _twice(named, "outcome", ""):
            yield where.says(problem)
        for part in parts(rule):
            if definition.is_sure(part, "establishes", "clears"):
                for name in sorted(part.establishes & part.clears):
                    yield where.says(f"fact '{name}' is both established and cleared; take one out")
            if not definition.lost["rules"]:  # what nobody can satisfy, one of those may
                facts = established if definition.is_sure(part, "needs") else None
                yield from _unsatisfied(part, facts, triggers, where)
            yield from _evidence(rule, part, where)
        yield from _satisfaction(rule, where)


def _rule_of(trigger: str) -> Where:
    return Where(f"rule of {trigger}", ("rules", trigger))


def _unsatisfied(
    part: Part, established: set[str] | None, triggers: set[str], where: Where
) -> Iterator[MethodProblem]:
    """Yield what a part needs that no act can satisfy. None: its facts are guesses."""
    for need in part.needs:
        inner = need.need if isinstance(need, Advised) else need
        if not isinstance(inner, Requirement):
            if established is not None and inner not in established:
                yield where.says(f"nobody can satisfy '{inner}': no act establishes it")
        elif inner.satisfied_by and triggers.isdisjoint(inner.satisfied_by):
            acts = ", ".join(inner.satisfied_by)
            told = f"nobody can satisfy '{inner.code}': it takes {acts}, which has no rule"
            yield where.says(told)


def _evidence(rule: Rule, part: Part, where: Where) -> Iterator[MethodProblem]:
    for need in part.needs:
        inner = need.need if isinstance(need, Advised) else need
        if isinstance(inner, Requirement) and inner.made_by is not None:
            yield from _readable(rule, f"'{inner.code}'", inner.made_by.evidence, where)


def _satisfaction(rule: Rule, where: Where) -> Iterator[MethodProblem]:
    if isinstance(rule.reads, Satisfaction):
        asked = dict.fromkeys((*rule.reads.yes, *rule.reads.no), bool | None)
        yield from _readable(rule, "its satisfaction", asked.items(), where)
        for name in ("satisfied", "not_satisfied", "unanswered"):
            if name not in outcomes_of(rule):
                yield where.says(
                    f"its satisfaction may be '{name}', which is no outcome of it; give it one"
                )


def _readable(
    rule: Rule, what: str, evidence: Iterable[tuple[str, object]], where: Where
) -> Iterator[MethodProblem]:
    """Yield what something reads of an act that the act does not say, or not in that type."""
    fields = rule.act.__evidence__  # type: ignore[attr-defined]
    for name, wanted in evidence:
        if name not in fields:
            hint = did_you_mean(name, fields)
            yield where.says(f"{what} reads the field '{name}', which the act does not have{hint}")
        elif not fits(fields[name][0], wanted):
            yield where.says(f"{what} reads the field '{name}', which is of another type there")


def requirements_of(method: Method) -> Iterator[Requirement]:
    """Yield every requirement that acts need or recommend, facts apart."""
    for rule in method.rules:
        for part in parts(rule):
            for need in part.needs:
                inner = need.need if isinstance(need, Advised) else need
                if isinstance(inner, Requirement):
                    yield inner


def _codes(definition: Definition) -> Iterator[MethodProblem]:
    """Yield the codes that mean two things: whoever waives one would waive both."""
    facts = {fact.name for fact in definition.method.facts}
    asked: dict[str, list[Requirement]] = {}
    for each in requirements_of(definition.method):
        if definition.is_sure(each):
            asked.setdefault(each.code, []).append(each)
    for code, several in asked.items():
        if code in facts:
            yield MethodProblem(
                f"requirement '{code}' is called as a fact is; give it another code",
                ("facts", code),
            )
        if len(several) > 1 and any(_question(each) != _question(several[0]) for each in several):
            told = f"requirement '{code}' asks different things in different places"
            yield MethodProblem(f"{told}; give each a code of its own")


def _question(requirement: Requirement) -> object:
    """Return what a requirement asks, however it is told, and whatever it is set to."""
    made = requirement.made_by
    if made is None:
        return requirement.text
    has_own_code = any(name == "code" for name, _ in made.arguments)
    return made.maker, [name for name, _ in made.evidence] if has_own_code else []


# -- edges --------------------------------------------------------------------------------------


def _edges(definition: Definition) -> Iterator[MethodProblem]:
    earlier: dict[tuple[str, str], list[Edge]] = {}
    for edge in definition.method.edges:
        if not definition.is_sure(edge):
            continue
        for source in edge.sources:
            before = earlier.setdefault((source, edge.trigger), [])
            if any(e.outcome in (None, edge.outcome) and e.given <= edge.given for e in before):
                about = f" ({edge.outcome})" if edge.outcome else ""
                where = Where("duplicate edge", ("edges", definition.place(edge)))
                yield where.says(f"{edge.trigger}{about} from {source} has an earlier one")
            before.append(edge)
    moved = {edge.trigger for edge in definition.method.edges}
    for trigger in definition.method.triggers:
        if trigger not in moved:
            yield _rule_of(trigger).says("no edge has it, so it is never possible; give it one")


# -- others -------------------------------------------------------------------------------------


def _waivable(definition: Definition) -> Iterator[MethodProblem]:
    if any(definition.lost[kind] for kind in ("facts", "rules", "language", "invariants", "codes")):
        return
    method = definition.method
    codes = {
        *(fact.name for fact in method.facts),
        *(each.code for each in requirements_of(method)),
        *(rule.code for rule in method.language),
        *(invariant.code for invariant in method.invariants if invariant.watch == "refuse"),
    }
    where = Where("waivable", ("waivable",))
    for code in sorted(method.waivable - codes - NEVER_WAIVED):
        yield where.says(f"unknown requirement '{code}'{did_you_mean(code, codes)}")
    for code in sorted(method.waivable & NEVER_WAIVED):
        yield where.says(f"'{code}' asks for what an act names, which a reason cannot bring about")
    if method.waivable and "waive" not in method.triggers:
        yield where.says(
            "there is no rule for waive, so nothing can be done without: add Rule(Waive, "
            "in_way=False), and stays(..., Waive) for the states it is possible in"
        )


def _limits(definition: Definition) -> Iterator[MethodProblem]:
    limits = definition.method.limits
    yield from _twice((limit.code for limit in limits), "time limit", "limits")
    for limit in limits:
        where = Where(f"time limit {limit.code}", ("limits", limit.code))
        if definition.is_sure(limit):
            yield from map(where.says, limit.problems())
        yield from map(where.says, _pauses(definition, limit))
        if limit.code in _TAKEN:
            yield where.says(f"the library calls {_TAKEN[limit.code]} so; give it another code")


def _pauses(definition: Definition, limit: TimeLimit) -> Iterator[str]:
    if not definition.is_sure(limit, "pausable", "paused_in"):
        return
    states = definition.method.states
    for state in states:
        if state.name in limit.paused_in and state.final:
            told = f"it cannot stand still in {state.name}, which is final and ends it"
            yield f"{told}; take it out of paused_in"
    waits = any(
        (state.waits_for == "customer" and not state.final)
        or not definition.is_sure(state, "waits_for", "final")
        for state in states
    )
    if limit.pausable and not limit.paused_in and not waits:
        yield "it is pausable, and no state waits for the customer; name paused_in"


def _language(definition: Definition) -> Iterator[MethodProblem]:
    yield from _twice(
        (rule.code for rule in definition.method.language), "language rule", "language"
    )
    for rule in definition.method.language:
        if not definition.is_sure(rule, "phrases", "unless"):
            continue
        where = Where(f"language rule {rule.code}", ("language", rule.code))
        phrases = (*rule.phrases, *rule.unless)
        if not rule.phrases or not all(phrase.strip(" *") for phrase in phrases):
            yield where.says("every phrase must say something, and there must be one")
        for phrase in phrases:
            if any("*" in word[:-1] for word in phrase.split()):
                yield where.says(f"the star of '{phrase}' can only stand at the end of a word")
            if "..." in (phrase.split()[:1] + phrase.split()[-1:]):
                yield where.says(f"the gap of '{phrase}' can only stand between words")
