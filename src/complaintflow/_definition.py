"""The checks of a whole definition: its names, its graph, and the charter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from complaintflow._deadlines import TimeLimit, problems_of_reminders
from complaintflow._evidence import fits
from complaintflow._requirements import Advised, Requirement
from complaintflow.acts import Act, Verdict
from complaintflow.errors import did_you_mean

if TYPE_CHECKING:
    from complaintflow._method import Edge, Method, Need, Outcome, Rule

RESERVED = frozenset({"state", "trigger", "open", "erase", "change_method"})
"""Triggers that no rule can have: names of the machine's own, and the act that opens a case."""


def problems_of(method: Method) -> Iterator[str]:
    """Yield every problem of a definition as a sentence."""
    shape = list(_shape(method))
    yield from shape
    if shape:
        return  # without its pieces there is no graph to look at
    names = [*_states(method), *_rules(method), *_edges(method), *_others(method)]
    yield from names
    if not any(isinstance(problem, _UnknownName) for problem in names):
        yield from _graph(method)
        yield from _left_ends(method)
        yield from _beginnings(method)
        yield from _charter(method)


# -- names --------------------------------------------------------------------------------------


def _shape(method: Method) -> Iterator[str]:
    for name in ("name", "version", "title", "initial"):
        if not isinstance(getattr(method, name), str) or not getattr(method, name).strip():
            yield f"{name} must be a text that says something"
    wanted = {
        "states": "State",
        "facts": "Fact",
        "rules": "Rule",
        "edges": "Edge",
        "departs": "Departure",
        "limits": "TimeLimit",
        "language": "LanguageRule",
        "origins": "Origin",
        "invariants": "Invariant",
    }
    for name, kind in wanted.items():
        for index, piece in enumerate(getattr(method, name)):
            if type(piece).__name__ != kind:
                yield f"{name}[{index}] must be a {kind}, not {type(piece).__name__}"
    if type(method.promises_within).__name__ != "Within":
        yield f"promises_within must be a Within, not {method.promises_within!r:.40}"
    for problem in problems_of_reminders(method.promise_reminders):
        yield f"promise_reminders: {problem}"
    for index, rule in enumerate(method.rules):
        if type(rule).__name__ == "Rule" and not (
            isinstance(rule.act, type) and issubclass(rule.act, Act) and rule.act.trigger
        ):
            yield f"rules[{index}] is about {rule.act!r}, which is no act; put @act on the class"


def _twice(names: Iterable[str], what: str) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} '{name}' is defined {count} times"


class _UnknownName(str):
    """A problem that makes the graph unreadable."""

    __slots__ = ()


def _unknown(what: str, name: str, known: Iterable[str], where: str) -> _UnknownName:
    return _UnknownName(f"{where}: unknown {what} '{name}'{did_you_mean(name, known)}")


def _states(method: Method) -> Iterator[str]:
    names = [state.name for state in method.states]
    yield from _twice(names, "state")
    yield from _twice((fact.name for fact in method.facts), "fact")
    if method.initial not in names:
        yield _unknown("state", method.initial, names, "initial")
    if not method.final:
        yield "no state is final: a case could never be closed"
    elif method.initial in method.final:
        yield f"state '{method.initial}' is both initial and final"


def _rules(method: Method) -> Iterator[str]:
    yield from _twice(method.triggers, "the rule of act")
    for rule in method.rules:
        where = f"rule of {rule.trigger}"
        if rule.trigger in RESERVED:
            yield f"{where}: an act cannot be called '{rule.trigger}'; give the class another name"
        known = _outcomes(rule)
        yield from _twice((o.name for o in rule.outcomes), f"{where}: outcome")
        for outcome in rule.outcomes:
            if outcome.name not in known:
                yield _unknown("outcome", outcome.name, known, where)
        for part in _parts(rule):
            yield from _facts_of(method, part, where)
            for need in part.needs:
                yield from _need(method, need, where)
                yield from _evidence(rule, need, where)
        if isinstance(rule.reads, Verdict):
            asked = dict.fromkeys((*rule.reads.yes, *rule.reads.no), bool | None)
            yield from _readable(rule, "its verdict", asked.items(), where)
            for name in ("satisfied", "not_satisfied", "unanswered"):
                if name not in known:
                    yield f"{where}: its verdict may be '{name}', which is no outcome of it"


def _parts(rule: Rule) -> tuple[Rule | Outcome, ...]:
    return (rule, *rule.outcomes)


def _outcomes(rule: Rule) -> tuple[str, ...]:
    if rule.reads is None:
        return tuple(rule.act.spec.outcomes)
    return tuple(dict.fromkeys((*rule.act.spec.outcomes, *(o.name for o in rule.outcomes))))


def _facts_of(method: Method, part: Rule | Outcome, where: str) -> Iterator[str]:
    known = [fact.name for fact in method.facts]
    for name in sorted(part.establishes | part.clears):
        if name not in known:
            yield _unknown("fact", name, known, where)
    for name in sorted(part.establishes & part.clears):
        yield f"{where}: fact '{name}' is both established and cleared"


def _need(method: Method, need: Need, where: str) -> Iterator[str]:
    if isinstance(need, Advised):
        yield from _need(method, need.need, where)
    elif isinstance(need, Requirement):
        if need.satisfied_by and not set(need.satisfied_by) & set(method.triggers):
            acts = ", ".join(need.satisfied_by)
            yield f"{where}: nobody can satisfy '{need.code}': it takes {acts}, which has no rule"
    elif not isinstance(need, str):
        yield f"{where}: it needs {need!r:.60}, which is neither a fact's name nor a requirement"
    elif need not in (known := [fact.name for fact in method.facts]):
        yield _unknown("fact", need, known, where)
    elif not method.establishing(need):
        yield f"{where}: nobody can satisfy '{need}': no act establishes it"


def _evidence(rule: Rule, need: Need, where: str) -> Iterator[str]:
    inner = need.need if isinstance(need, Advised) else need
    if isinstance(inner, Requirement) and inner.made_by is not None:
        yield from _readable(rule, f"'{inner.code}'", inner.made_by.evidence, where)


def _readable(
    rule: Rule, what: str, evidence: Iterable[tuple[str, object]], where: str
) -> Iterator[str]:
    """Yield what something reads of an act that the act does not say, or not in that type."""
    fields = rule.act.__evidence__  # type: ignore[attr-defined]
    for name, wanted in evidence:
        if name not in fields:
            hint = did_you_mean(name, fields)
            yield f"{where}: {what} reads the field '{name}', which the act does not have{hint}"
        elif not fits(fields[name][0], wanted):
            yield f"{where}: {what} reads the field '{name}', which is of another type there"


def _edges(method: Method) -> Iterator[str]:
    for edge in method.edges:
        yield from _edge(method, edge)
    yield from _hidden_edges(method)
    moved = {edge.trigger for edge in method.edges}
    for trigger in method.triggers:
        if trigger not in moved:
            yield f"rule of {trigger}: no edge has it, so it is never possible"


def _edge(method: Method, edge: Edge) -> Iterator[str]:
    states = [state.name for state in method.states]
    facts = [fact.name for fact in method.facts]
    rules = {rule.trigger: rule for rule in method.rules}
    where = f"edge {edge.trigger} from {', '.join(edge.sources) or 'nowhere'}"
    if not edge.sources:
        yield f"{where}: it starts in no state"
    for name in (*edge.sources, *([edge.target] if edge.target is not None else [])):
        if name not in states:
            yield _unknown("state", name, states, where)
    for name in sorted(edge.given):
        if name not in facts:
            yield _unknown("fact", name, facts, where)
    if edge.trigger not in rules:
        yield _unknown("act", edge.trigger, rules, where)
    elif edge.outcome is not None and edge.outcome not in _outcomes(rules[edge.trigger]):
        yield _unknown("outcome", edge.outcome, _outcomes(rules[edge.trigger]), where)


def _hidden_edges(method: Method) -> Iterator[str]:
    earlier: dict[tuple[str, str], list[Edge]] = {}
    for edge in method.edges:
        for source in edge.sources:
            before = earlier.setdefault((source, edge.trigger), [])
            if any(e.outcome in (None, edge.outcome) and e.given <= edge.given for e in before):
                about = f" ({edge.outcome})" if edge.outcome else ""
                yield f"duplicate edge: {edge.trigger}{about} from {source} has an earlier one"
            before.append(edge)


def _others(method: Method) -> Iterator[str]:
    facts = [fact.name for fact in method.facts]
    acts = ["open", *method.triggers]
    codes = {*facts, *(n.code for n in _requirements(method)), *(r.code for r in method.language)}
    codes |= {invariant.code for invariant in method.invariants if invariant.watch == "refuse"}
    for code in sorted(method.waivable):
        if code not in codes:
            yield _unknown("requirement", code, codes, "waivable")
    yield from _twice((limit.code for limit in method.limits), "time limit")
    for limit in method.limits:
        for trigger in (*limit.starts, *limit.ends):
            if trigger not in acts:
                yield _unknown("act", trigger, acts, f"time limit {limit.code}")
        yield from _pauses(method, limit)
        if limit.code in _TAKEN:
            yield f"time limit {limit.code}: the library calls {_TAKEN[limit.code]} so"
    yield from _language(method)
    yield from _invariants(method)


_TAKEN = {"promise": "the deadlines of promises", "resume": "the time a talk was put off to"}


def _pauses(method: Method, limit: TimeLimit) -> Iterator[str]:
    where = f"time limit {limit.code}"
    states = {state.name: state for state in method.states}
    for name in limit.paused_in:
        if name not in states:
            yield _unknown("state", name, states, where)
        elif states[name].final:
            yield f"{where}: it cannot stand still in {name}, which is final and ends it"
    waits = any(s.waits_for == "customer" and not s.final for s in method.states)
    if limit.pausable and not limit.paused_in and not waits:
        yield f"{where}: it is pausable, and no state waits for the customer; name paused_in"


def _language(method: Method) -> Iterator[str]:
    facts = [fact.name for fact in method.facts]
    acts = ["open", *method.triggers]
    yield from _twice((rule.code for rule in method.language), "language rule")
    for rule in method.language:
        where = f"language rule {rule.code}"
        if not rule.phrases or not all(phrase.strip(" *") for phrase in rule.phrases):
            yield f"{where}: every phrase must say something, and there must be one"
        for phrase in rule.phrases:
            if any("*" in word[:-1] for word in phrase.split()):
                yield f"{where}: the star of '{phrase}' can only stand at the end of a word"
            if "..." in (phrase.split()[:1] + phrase.split()[-1:]):
                yield f"{where}: the gap of '{phrase}' can only stand between words"
        for trigger in rule.acts:
            if trigger not in acts:
                yield _unknown("act", trigger, acts, where)
        for name in sorted(rule.until):
            if name not in facts:
                yield _unknown("fact", name, facts, where)


def _invariants(method: Method) -> Iterator[str]:
    rules = {rule.trigger: rule for rule in method.rules}
    facts = [fact.name for fact in method.facts]
    yield from _twice((invariant.code for invariant in method.invariants), "invariant")
    for invariant in method.invariants:
        where = f"invariant {invariant.code}"
        for pattern in (*invariant.acts, *invariant.others, *invariant.undone_by):
            trigger, _, outcome = pattern.partition("/")
            if trigger not in rules:
                yield _unknown("act", trigger, rules, where)
            elif outcome and outcome not in (known := _outcomes(rules[trigger])):
                yield _unknown("outcome", outcome, known, f"{where}: {trigger}")
        for name in invariant.facts:
            if name not in facts:
                yield _unknown("fact", name, facts, where)
    for key, reason in method.accepted:
        if not (isinstance(reason, str) and reason.strip()):
            yield f"accepted: '{key}' takes a reason"


def _requirements(method: Method) -> Iterator[Requirement]:
    for rule in method.rules:
        for need in (*rule.needs, *(n for o in rule.outcomes for n in o.needs)):
            inner = need.need if isinstance(need, Advised) else need
            if isinstance(inner, Requirement):
                yield inner


# -- graph --------------------------------------------------------------------------------------


def _graph(method: Method) -> Iterator[str]:
    onward: dict[str, set[str]] = {state.name: set() for state in method.states}
    for edge in method.edges:
        for source in edge.sources:
            onward[source].add(edge.target or source)
    reached = _reach(onward, {method.initial})
    backward: dict[str, set[str]] = {name: set() for name in onward}
    for source, targets in onward.items():
        for target in targets:
            backward[target].add(source)
    ending = _reach(backward, set(method.final))
    for state in method.states:
        if state.name not in reached:
            yield f"state '{state.name}' cannot be reached from '{method.initial}'"
        if state.name not in ending:
            yield f"state '{state.name}' is a dead end: no final state can be reached from it"


def _left_ends(method: Method) -> Iterator[str]:
    rules = {rule.trigger: rule for rule in method.rules}
    for edge in method.edges:
        if edge.target is None or not (ends := set(edge.sources) & method.final - {edge.target}):
            continue
        rule = rules[edge.trigger]
        beginning = {o.name for o in rule.outcomes if o.begins_cycle}
        led = set(_outcomes(rule)) if edge.outcome is None else {edge.outcome}
        fresh = rule.begins_cycle or (led and led <= beginning)
        if not fresh and edge.target not in method.final:
            where = ", ".join(sorted(ends))
            yield f"edge {edge.trigger} leaves the final state {where} and begins no cycle"


def _reach(onward: dict[str, set[str]], start: set[str]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for name in onward[waiting.pop()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen


def _beginnings(method: Method) -> Iterator[str]:
    """Yield the places where duties become fresh anywhere but in the first state."""
    for rule in method.rules:
        beginning = [o.name for o in rule.outcomes if o.begins_cycle]
        for outcome in _outcomes(rule) or (None,) if rule.begins_cycle else beginning:
            elsewhere = [
                source
                for source, target in _led(method, rule.trigger, outcome)
                if target != method.initial
            ]
            if elsewhere:
                about = f" ({outcome})" if outcome else ""
                where = ", ".join(dict.fromkeys(elsewhere))
                yield (
                    f"{rule.trigger}{about} begins a cycle, so it must lead to "
                    f"'{method.initial}'; from {where} it does not"
                )


def _led(method: Method, trigger: str, outcome: str | None) -> Iterator[tuple[str, str]]:
    """Yield where an act with an outcome leads: each source with its target."""
    taken = set[str]()
    for edge in method.edges:
        if edge.trigger == trigger and edge.outcome in (None, outcome):
            for source in edge.sources:
                if source not in taken:
                    yield source, edge.target or source
            if not edge.given:
                taken |= set(edge.sources)


# -- the charter --------------------------------------------------------------------------------


def _charter(method: Method) -> Iterator[str]:
    departed = {d.invariant for d in method.departs}
    for departure in method.departs:
        if departure.invariant not in ("I1", "I2", "I3"):
            yield f"charter: I1, I2 and I3 can be departed from, not '{departure.invariant}'"
        elif not isinstance(departure.reason, str) or not departure.reason.strip():
            yield f"charter {departure.invariant}: a departure takes a reason"
    remedies = [rule for rule in method.rules if rule.act.spec.remedy]
    # An answer may also be to other questions; only asking makes a method one that negotiates.
    negotiates = any(r.act.spec.expectation and r.act.spec.awaits for r in method.rules)
    earned = {
        "I1": ("the customer's account is heard", _established_by(method, _hears)),
        "I2": ("feelings or the problem are recognised", _established_by(method, _recognises)),
        "I3": ("the customer's expectation is known", _established_by(method, _expects)),
    }
    for invariant, (what, facts) in earned.items():
        if invariant == "I3" and not negotiates:
            if invariant in departed:
                yield f"charter {invariant}: the method says it departs from it, but it does not"
            continue
        lacking = [rule.trigger for rule in remedies if not _needed(rule) & facts]
        if lacking and invariant not in departed:
            yield (
                f"charter {invariant}: {', '.join(lacking)} must need a fact that says {what}"
                f"{_candidates(facts)}, or the method must declare that it departs from {invariant}"
            )
        if invariant in departed and not lacking:
            yield f"charter {invariant}: the method says it departs from it, but it does not"
        if invariant != "I3" and (waived := sorted(facts & method.waivable)):
            yield f"charter {invariant}: {', '.join(waived)} can never be waived"
    yield from _promises_kept(method)
    yield from _breaches_recorded(method)
    yield from _ways_out(method)


def _needed(rule: Rule | Outcome) -> set[str]:
    return {need for need in rule.needs if isinstance(need, str)}


def _asked_of(rule: Rule, trigger: str) -> list[str]:
    """Return what an exit needs and may not: facts, and for a withdrawal all but its words."""
    needs = [need for part in _parts(rule) for need in part.needs]
    asked = [need for need in needs if isinstance(need, str)]
    if trigger == "withdraw":
        asked += [
            need.code
            for need in needs
            if isinstance(need, Requirement) and "evidence" not in need.reads
        ]
    return asked


def _codes(rule: Rule) -> set[str]:
    return {need.code for need in rule.needs if isinstance(need, Requirement)}


def _candidates(facts: frozenset[str]) -> str:
    return f" ({' or '.join(sorted(facts))})" if facts else " (no fact does yet)"


def _hears(act: type[Act], outcome: str | None) -> bool:
    return act.spec.hearing is not None and outcome == act.spec.hearing


def _recognises(act: type[Act], _: str | None) -> bool:
    return act.spec.recognition


def _expects(act: type[Act], outcome: str | None) -> bool:
    return outcome in act.spec.expectation


_KEEPING = ("keep_promise", "release_promise", "break_promise")
_ENDING = ("close", "withdraw", "lapse", "declare_deadlock")


def _settles(act: type[Act], outcome: str | None) -> bool:
    return act.trigger in _KEEPING and outcome == "settled"


def _established_by(
    method: Method, earns: Callable[[type[Act], str | None], bool]
) -> frozenset[str]:
    """Return the facts that nothing but acts (with outcomes) of one kind establish."""
    pure: dict[str, bool] = {}
    for rule in method.rules:
        for part in _parts(rule):
            outcome = getattr(part, "name", None)
            for fact in part.establishes:
                # A reading of the method's own may call anything by the name of an outcome.
                is_ours = rule.reads is None or isinstance(rule.reads, Verdict) or outcome is None
                earned = earns(rule.act, outcome) and is_ours
                pure[fact] = pure.get(fact, True) and earned
    return frozenset(fact for fact, is_pure in pure.items() if is_pure)


def _promises_kept(method: Method) -> Iterator[str]:
    promising = [rule for rule in method.rules if rule.act.agreed is not Act.agreed]
    breaking = next((rule for rule in method.rules if rule.trigger == "break_promise"), None)
    if breaking is not None and "break_approved" not in _codes(breaking):
        yield "charter I4: break_promise must need break_approved(): somebody else allows it"
    settled = _established_by(method, _settles)
    if not promising:
        return
    kept = [
        fact
        for fact in settled
        if all(any(fact in part.clears for part in _parts(rule)) for rule in promising)
    ]
    close = next((rule for rule in method.rules if rule.trigger == "close"), None)
    needed = set[str]()
    if close is not None:
        needed = _needed(close)
        for outcome in close.outcomes:
            if outcome.name == "resolved":
                needed |= _needed(outcome)
    never = {*settled, "break_approved", "approver_is_another"} & method.waivable
    if never:
        yield f"charter I4: {', '.join(sorted(never))} can never be waived"
    others = [
        edge.trigger
        for edge in method.edges
        if edge.target in method.final and edge.trigger not in _ENDING
        if not set(edge.sources) <= method.final
        if not _needed(method.rule(edge.trigger)) & set(kept)
    ]
    if others:
        names = ", ".join(dict.fromkeys(others))
        yield f"charter I4: {names} ends a case over open promises; {', '.join(_ENDING)} may"
    if not needed & set(kept):
        makers = ", ".join(rule.trigger for rule in promising)
        yield (
            f"charter I4: {makers} make promises, so close (resolved) must need a fact that only "
            "a settled promise establishes, and that they clear"
        )


def _breaches_recorded(method: Method) -> Iterator[str]:
    promising = any(rule.act.agreed is not Act.agreed for rule in method.rules)
    everywhere = [state.name for state in method.states]
    if (promising or method.limits) and (
        missing := _without(method, "deadline_passed", everywhere)
    ):
        yield (
            "charter I5: it makes promises or has time limits, so deadline_passed must be possible "
            f"in every state; it is not in {', '.join(missing)}"
        )
    if not (promising and method.promise_reminders):  # promises outlive the end of a case
        everywhere = [s.name for s in method.states if not s.final]
        if not any(limit.reminders for limit in method.limits):
            return
    if missing := _without(method, "deadline_near", everywhere):
        yield (
            "it has reminders, so deadline_near must be possible in every state they can come in; "
            f"it is not in {', '.join(missing)}"
        )


def _without(method: Method, trigger: str, states: Iterable[str]) -> list[str]:
    possible = {s for e in method.edges if e.trigger == trigger for s in e.sources}
    return [name for name in states if name not in possible]


def _ways_out(method: Method) -> Iterator[str]:
    rules = {rule.trigger: rule for rule in method.rules}
    for trigger, from_where in (
        ("withdraw", [s.name for s in method.states if not s.final]),
        ("lapse", [s.name for s in method.states if not s.final and s.waits_for == "customer"]),
    ):
        out = {
            source
            for edge in method.edges
            if edge.trigger == trigger and edge.target in method.final and not edge.given
            for source in edge.sources
        }
        missing = [name for name in from_where if name not in out]
        if missing:
            whose = "the customer can always" if trigger == "withdraw" else "a silent customer must"
            where = ", ".join(missing)
            yield f"charter I6: {whose} leave: no {trigger} to a final state from {where}"
        if trigger in rules and (asked := _asked_of(rules[trigger], trigger)):
            yield f"charter I6: {trigger} must not need {', '.join(asked)}"
