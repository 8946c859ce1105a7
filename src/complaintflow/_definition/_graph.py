"""Whether every state of a definition can be reached and left, and where cycles begin."""

from __future__ import annotations

from collections.abc import Iterator

from complaintflow._definition._problems import MethodProblem
from complaintflow._definition._reading import Definition, outcomes_of
from complaintflow._method import Rule


def graph(definition: Definition) -> Iterator[MethodProblem]:
    """Yield what is wrong with the graph of a definition."""
    yield from _ways(definition)
    yield from _left_ends(definition)
    yield from _beginnings(definition)


def maybe_final(definition: Definition) -> frozenset[str]:
    """Return the states that are final, and those that may be."""
    return frozenset(
        state.name
        for state in definition.method.states
        if state.final or not definition.is_sure(state, "final")
    )


def _ways(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    onward: dict[str, set[str]] = {state.name: set() for state in method.states}
    for edge in method.edges:
        for source in edge.sources:
            onward[source].add(edge.target or source)
    # Where nobody knows in which state a case begins, it may be any.
    reached = _reach(onward, {method.initial} & onward.keys() or set(onward))
    backward: dict[str, set[str]] = {name: set() for name in onward}
    for source, targets in onward.items():
        for target in targets:
            backward[target].add(source)
    ending = _reach(backward, set(maybe_final(definition)))
    for state in method.states:
        if not definition.is_sure(state, "name"):
            continue
        about = ("states", state.name)
        if state.name not in reached:
            told = f"state '{state.name}' cannot be reached from '{method.initial}'"
            yield MethodProblem(told, about)
        if state.name not in ending:
            told = f"state '{state.name}' is a dead end: no final state can be reached from it"
            yield MethodProblem(told, about)


def _reach(onward: dict[str, set[str]], start: set[str]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for name in onward[waiting.pop()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen


def _left_ends(definition: Definition) -> Iterator[MethodProblem]:
    method = definition.method
    for edge in method.edges:
        if edge.target is None or not (ends := {*edge.sources} & method.final - {edge.target}):
            continue
        rule = definition.rule(edge.trigger)
        if rule is None or not (definition.is_sure(edge) and _begins_surely(definition, rule)):
            continue
        beginning = {o.name for o in rule.outcomes if o.begins_cycle}
        led = {*outcomes_of(rule)} if edge.outcome is None else {edge.outcome}
        fresh = rule.begins_cycle or (led and led <= beginning)
        if not fresh and edge.target not in maybe_final(definition):
            where = ", ".join(sorted(ends))
            told = f"edge {edge.trigger} leaves the final state {where} and begins no cycle"
            yield MethodProblem(
                f"{told}; only what begins one may", ("edges", definition.place(edge))
            )


def _begins_surely(definition: Definition, rule: Rule) -> bool:
    """Return whether it is known with which outcomes an act begins a cycle."""
    return definition.is_sure(rule, "begins_cycle", "reads") and all(
        definition.is_sure(outcome, "name", "begins_cycle") for outcome in rule.outcomes
    )


def _beginnings(definition: Definition) -> Iterator[MethodProblem]:
    """Yield the places where duties become fresh anywhere but in the first state."""
    method = definition.method
    guessed = {edge.trigger for edge in method.edges if not definition.is_sure(edge)}
    for rule in method.rules:
        if method.initial is None or rule.trigger in guessed:
            continue
        if not _begins_surely(definition, rule):
            continue
        beginning = [o.name for o in rule.outcomes if o.begins_cycle]
        for outcome in outcomes_of(rule) or (None,) if rule.begins_cycle else beginning:
            elsewhere = [
                source
                for source, target in _led(definition, rule.trigger, outcome)
                if target != method.initial
            ]
            if elsewhere:
                about = f" ({outcome})" if outcome else ""
                where = ", ".join(dict.fromkeys(elsewhere))
                yield MethodProblem(
                    f"{rule.trigger}{about} begins a cycle, so it must lead to "
                    f"'{method.initial}'; from {where} it does not",
                    ("rules", rule.trigger),
                )


def _led(definition: Definition, trigger: str, outcome: str | None) -> Iterator[tuple[str, str]]:
    """Yield where an act with an outcome leads: each source with its target."""
    taken = set[str]()
    for edge in definition.method.edges:
        if edge.trigger == trigger and edge.outcome in (None, outcome):
            for source in edge.sources:
                if source not in taken:
                    yield source, edge.target or source
            if not edge.given:
                taken |= set(edge.sources)
